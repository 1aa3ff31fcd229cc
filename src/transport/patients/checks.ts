import type { InsEnvironment, LocalIdentifier, PatientInput, PatientTraits } from '../../identity/index.ts';
import { writeInsCx, writeLocalCx } from '../../identity/wire/index.ts';
import { needed, optionsOf, reading, refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import {
  callChecks,
  choice,
  count,
  listOf,
  options as optionsIn,
  patient as patientRecord,
  record,
  text,
} from '../../internal/option-checks.ts';
import type { PatientFeed, PatientIdentityClient } from './model.ts';

/** Options of the question for identifiers, the same over every wire. */
export type IdentifierOptions = NonNullable<Parameters<PatientIdentityClient['identifiers']>[1]>;
/** Options of a search, the same over every wire. */
export type SearchOptions = NonNullable<Parameters<PatientIdentityClient['search']>[1]>;

export const oid: Check<string> = (name, value) =>
  typeof value === 'string' && isOid(value) ? value : refuseArgument(name, 'OID attendu');

const identifier: Check<LocalIdentifier> = optionsIn<LocalIdentifier>({ system: needed(oid), value: needed(text) });

/** A local identifier, or a patient, whose INS it is then. */
const named: Check<LocalIdentifier | PatientInput> = (name, value) =>
  typeof value === 'object' && value !== null && 'traits' in value
    ? patientRecord(name, value)
    : identifier(name, value);

export const identifierChecks: Checks<IdentifierOptions> = { ...callChecks, domains: listOf(oid) };
const searchChecks: Checks<SearchOptions> = {
  ...callChecks,
  identifier: named,
  domains: listOf(oid),
  limit: count(1, 1_000),
  pageSize: count(1, 1_000),
};

const defaultLimit = 50;

/** The options of a search, with its limit. */
export function checkedSearch(
  options: SearchOptions | undefined,
): SearchOptions & { readonly domains: readonly string[]; readonly limit: number } {
  const { domains = [], limit = defaultLimit, ...more } = optionsOf('options', options, searchChecks);
  return { ...more, domains, limit };
}

/**
 * A copy of the traits that are looked for: a getter of the host cannot answer otherwise later.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when nothing names a person
 */
export function checkedTraits(traits: PatientTraits, identifier: LocalIdentifier | undefined): PatientTraits {
  const asked = reading('traits', () => {
    record('traits', traits);
    return { ...traits };
  });
  if (identifier === undefined && ![asked.birthName, asked.firstName, asked.birthDate].some(Boolean)) {
    refuseArgument('traits', 'nom, prénom ou date de naissance attendu');
  }
  return asked;
}

interface AnyFeed {
  readonly event: PatientFeed['event'];
  readonly patient: PatientInput;
  readonly replaces?: LocalIdentifier;
}

const feedChecks: Checks<AnyFeed> = {
  event: needed(choice('add', 'revise', 'merge')),
  patient: needed(patientRecord),
  replaces: identifier,
};

/** A feed. A merge without the identifier that is given up would be a revision. */
export function checkedFeed(given: PatientFeed): PatientFeed {
  const { event, patient, replaces } = optionsOf<AnyFeed>('feed', given, feedChecks);
  if (event !== 'merge') {
    return replaces === undefined ? { event, patient } : refuseArgument('replaces', 'absent sauf pour une fusion');
  }
  if (replaces === undefined) refuseArgument('replaces', 'identifiant attendu pour une fusion');
  return { event, patient, replaces };
}

/** What names a patient. A matricule goes out only with an identity that allows it. */
export function askedIdentifier(
  patient: LocalIdentifier | PatientInput,
  environment: InsEnvironment | undefined,
): LocalIdentifier {
  const cx = 'traits' in patient ? writeInsCx(patient, { environment }) : writeLocalCx(patient);
  const read = cxIdentity(cx);
  return read ? { system: read.oid, value: read.id } : refuseArgument('patient', 'identifiant attendu');
}
