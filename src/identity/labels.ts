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
