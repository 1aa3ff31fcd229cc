import { insOids, type LocalIdentifier } from '../../identity/index.ts';
import type { DocumentEntry } from '../../documents/index.ts';
import { hl7ToUtc } from '../../internal/hl7-time.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { sameStrictTraits } from '../state/people.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import type { SimulatedCda } from './cda.ts';

/** A document that is refused, with the integration code and the rules it breaks. */
export class RefusedDocument extends Error {
  override readonly name = 'RefusedDocument';
  readonly code: string;
  readonly rules: readonly string[];

  constructor(code: string, ...rules: readonly string[]) {
    super(code);
    this.code = code;
    this.rules = rules;
  }
}

const insSystems: ReadonlySet<string> = new Set(insOids.map(({ oid }) => oid));

function has(ids: readonly LocalIdentifier[], cx: string): boolean {
  const parsed = cxIdentity(cx);
  return parsed !== null && ids.some(({ system, value }) => system === parsed.oid && value === parsed.id);
}

/** The metadata must repeat the values of the document. */
export function checkMetadataAgainstCda(entry: DocumentEntry, cda: SimulatedCda): void {
  const broken = [
    entry.uniqueId !== cda.uniqueId && 'SIM-UNIQUE-ID',
    (entry.typeCode.code !== cda.typeCode || entry.typeCode.codeSystem !== cda.typeSystem) && 'SIM-TYPE',
    entry.title !== cda.title && 'SIM-TITLE',
    entry.confidentialityCodes[0]?.code !== cda.confidentiality && 'SIM-CONFIDENTIALITY',
    entry.creationTime !== hl7ToUtc(cda.effectiveTime) && 'SIM-CREATION-TIME',
    !has(cda.patientIds, entry.patientId) && 'SIM-PATIENT-ID',
    !has(cda.patientIds, entry.sourcePatientId) && 'SIM-SOURCE-PATIENT-ID',
    entry.authors[0]?.person.id !== cda.authors[0] && 'SIM-AUTHOR',
  ].filter((rule) => rule !== false);
  if (broken.length > 0) throw new RefusedDocument('906', ...broken);
}

/** Code 903: the INS is absent. Code 905: the traits that must come with it are. */
function checkIns(ins: LocalIdentifier | null, cda: SimulatedCda, requireIns: boolean): void {
  if (ins === null) {
    if (requireIns) throw new RefusedDocument('903', 'SIM-INS-ABSENT');
    return;
  }

  const { birthName, firstName, birthDate, sex, birthPlace } = cda.traits;
  const complete =
    birthName !== '' &&
    firstName !== '' &&
    birthDate !== '' &&
    sex !== 'I' &&
    Boolean(birthPlace?.communeInsee) &&
    cda.birthFirstNames !== '';
  if (!complete) throw new RefusedDocument('905', 'SIM-INS-INCOMPLETE');
}

/**
 * The dossier of the patient, found by the identifiers of the metadata, never by names.
 *
 * @param requireIns - refuse a document without INS
 */
export function findDossier(
  state: PlatformState,
  entry: DocumentEntry,
  cda: SimulatedCda,
  requireIns: boolean,
): DossierState {
  const ins = cda.patientIds.find(({ system }) => insSystems.has(system)) ?? null;
  checkIns(ins, cda, requireIns);

  // By the local identifier of the sender, otherwise by the INS; both must lead to one dossier.
  const source = cxIdentity(entry.sourcePatientId);
  const byLocalId = source ? state.byLocalId({ system: source.oid, value: source.id }) : undefined;
  const [byIns, ...others] = ins === null ? [] : state.byIns({ value: ins.value, oid: ins.system });
  if (others.length > 0) throw new RefusedDocument('902', 'SIM-PATIENT-AMBIGUOUS');

  const dossier = byLocalId ?? byIns;
  if (!dossier) throw new RefusedDocument('902', 'SIM-PATIENT-UNKNOWN');
  if (byIns && dossier !== byIns) throw new RefusedDocument('904', 'SIM-IDENTIFIERS-DISAGREE');

  checkSamePatient(dossier, ins, cda);
  return dossier;
}

/** Code 904: the dossier is that of another patient. */
function checkSamePatient(dossier: DossierState, ins: LocalIdentifier | null, cda: SimulatedCda): void {
  const sameIns =
    ins === null || dossier.ins === null || (dossier.ins.value === ins.value && dossier.ins.oid === ins.system);
  if (!sameIns) throw new RefusedDocument('904', 'SIM-INS-DIFFERENT');

  if (!sameStrictTraits(dossier.traits, cda.traits)) throw new RefusedDocument('904', 'SIM-TRAITS-DIFFERENT');
}

/** Whether this author may add, or replace, in this dossier. */
export function checkRights(dossier: DossierState, cda: SimulatedCda): void {
  if (dossier.state === 'closed') throw new RefusedDocument('906', 'SIM-DOSSIER-CLOSED');
  if (cda.authors.some((author) => dossier.blocked.has(author))) throw new RefusedDocument('906', 'SIM-AUTHOR-BLOCKED');
  if (cda.replaces === null) return;

  const previous = dossier.documents.find(({ uniqueId }) => uniqueId === cda.replaces);
  if (previous?.replacedBy !== null) throw new RefusedDocument('900', 'SIM-REPLACED-VERSION');
  if (previous.author !== cda.authors[0]) throw new RefusedDocument('901', 'SIM-REPLACED-AUTHOR');
}
