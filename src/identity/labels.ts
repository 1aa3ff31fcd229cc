/** What the messages and the lists of missing traits call each trait, in French. */
export const labels = {
  birthName: 'Nom de naissance',
  firstName: 'Prénom',
  birthFirstNames: 'Prénoms de naissance',
  birthDate: 'Date de naissance',
  sex: 'Sexe',
  birthPlace: 'Lieu de naissance',
  localId: 'Identifiant local du patient',
  ins: 'INS',
} as const;

/** What a sentence of a rule calls a trait: the label in French, the member in English. */
export function labelled(trait: keyof typeof labels): { readonly label: string; readonly field: string } {
  return { label: labels[trait], field: trait };
}
