import { usageError } from '../failure.ts';

/** French column names that mean one field only, as {@link columnKey} makes them. */
const frenchColumns: ReadonlyMap<string, string> = new Map([
  ['nom_naissance', 'birthName'],
  ['nom_de_naissance', 'birthName'],
  ['prenom_naissance', 'firstName'],
  ['premier_prenom', 'firstName'],
  ['premier_prenom_naissance', 'firstName'],
  ['premier_prenom_de_naissance', 'firstName'],
  ['prenoms', 'birthFirstNames'],
  ['prenoms_naissance', 'birthFirstNames'],
  ['prenoms_de_naissance', 'birthFirstNames'],
  ['nom_utilise', 'usedName'],
  ['nom_usage', 'usedName'],
  ['nom_d_usage', 'usedName'],
  ['prenom_utilise', 'usedFirstName'],
  ['prenom_usuel', 'usedFirstName'],
  ['ddn', 'birthDate'],
  ['date_naissance', 'birthDate'],
  ['date_de_naissance', 'birthDate'],
  ['sexe', 'sex'],
  ['code_pays_naissance', 'countryInsee'],
  ['code_commune_naissance', 'communeInsee'],
  ['code_postal_naissance', 'postalCode'],
  ['ville_naissance', 'city'],
  ['commune_naissance', 'city'],
  ['ins', 'ins'],
  ['matricule_ins', 'ins'],
  ['oid_ins', 'oid'],
  ['ipp', 'localId'],
  ['identifiant_local', 'localId'],
  ['domaine_ipp', 'localSystem'],
  ['statut_identite', 'identityStatus'],
]);

/** Names that may mean two traits: of birth, or in use. No guess is made. */
const ambiguous: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['nom', ['nom_naissance (birthName)', 'nom_utilise (usedName)']],
  ['prenom', ['premier_prenom (firstName)', 'prenom_utilise (usedFirstName)']],
]);

/** A column name without case, accents and spaces. */
export function columnKey(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '_');
}

/**
 * The field of a French column; `null` when it is none.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for a name that may mean two fields
 */
export function frenchField(name: string): string | null {
  const key = columnKey(name);
  const two = ambiguous.get(key);
  if (two) {
    throw usageError(
      `La colonne « ${key} » peut être ${two.join(' ou ')} : la renommer, ou dire --column ${key}=CHAMP.`,
      `The column "${key}" may be ${two.join(' or ')}: rename it, or say --column ${key}=FIELD.`,
    );
  }
  return frenchColumns.get(key) ?? null;
}

/** The French columns that are read, for the help. */
export const frenchColumnNames: readonly string[] = [...frenchColumns.keys()];

const dayFirst = /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})$/;

/**
 * A value as a French export writes it: a birth date day first, a man as `H`. Anything else stays
 * as it is, for the check to judge.
 */
export function frenchValue(field: string, value: string): string {
  if (field === 'birthDate') {
    const { day, month, year } = dayFirst.exec(value)?.groups ?? {};
    return day === undefined ? value : `${String(year)}-${String(month)}-${day}`;
  }
  return field === 'sex' && value === 'H' ? 'M' : value;
}
