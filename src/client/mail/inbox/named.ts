import type { CdaHeader, ReceivedDocument } from '../../../documents/index.ts';
import { isTerrESanteError } from '../../../errors.ts';
import { writeCdaPatient } from '../../../identity/wire/cda-patient.ts';
import { readPatientCx, readPid, readRecordTarget, type WireIdentity } from '../../../identity/wire/index.ts';
import { parseMssAddress } from '../../../transport/mss/address.ts';
import type { NamedPatient } from './model.ts';

/** Whom a document names, and what is wrong with it. */
export interface Named extends NamedPatient {
  /** It has an INS that is none: without its key, with a wrong one, of another domain. */
  readonly hasBadIns: boolean;
}

/** Rules of a number that is no INS as it stands; what is unusual and real has others. */
const badIns = /^IDENTITY-(?:CHARACTER|LENGTH|FIRST-DIGIT|MONTH|KEY|WIRE-OID|WIRE-SEVERAL-INS|INS-.*|MATRICULE-.*)$/;

function namedBy({ patient, unverifiedIns, otherIdentifiers, findings }: WireIdentity): Named {
  const hasBadIns =
    findings.some(({ rule, path }) => path.startsWith('ins') && badIns.test(rule)) ||
    otherIdentifiers.some(({ domain }) => domain === formerInsOid);
  const ins = patient.ins ?? unverifiedIns ?? null;
  // A key that is wrong is only a warning of the reader: here it is no INS.
  return {
    ins: hasBadIns ? null : ins,
    localId: patient.localId ?? null,
    traits: patient.traits,
    hasBadIns,
  };
}

/** The computed INS of before 2020 (INS-C): obsolete, and of no help. */
const formerInsOid = '1.2.250.1.213.1.4.2';

/** Whom a CDA document names. */
export function namedByCda({ patient }: CdaHeader): Named {
  return namedBy(readRecordTarget(writeCdaPatient(patient, { xmlns: 'urn:hl7-org:v3' })));
}

/** Whom the entry of an archive names, where its document does not say. */
export function namedByEntry({ sourcePatientInfo, patientId }: ReceivedDocument['entry']): Named {
  const fields: string[] = [];
  for (const value of sourcePatientInfo) {
    const [, number = '', content = ''] = /^PID-([1-9]\d?)\|(.*)$/s.exec(value) ?? [];
    const index = Number(number);
    if (index === 3 || index === 0) continue;
    fields[index] = fields[index] === undefined ? content : `${fields[index]}~${content}`;
  }

  const segment = ['PID', ...Array.from({ length: 39 }, (_, index) => fields[index + 1] ?? '')].join('|');
  const read = unlessUnreadable(() => namedBy(readPid(segment, { dialect: 'rniv2' })));
  const { ins, localId, hasBadIns } = identifierOf(patientId);
  return { ins, localId, hasBadIns, traits: read?.traits ?? {} };
}

/** The identifier of an entry: the receiver finds the patient by it (ECO.2.1.2). */
export function identifierOf(patientId: string): Pick<Named, 'ins' | 'localId' | 'hasBadIns'> {
  const read = unlessUnreadable(() => readPatientCx(patientId));
  if (!read) return { ins: null, localId: null, hasBadIns: /\^NH$/.test(patientId) };
  if (read.kind === 'local') return { ins: null, localId: read.localId, hasBadIns: false };

  const isWrong = read.findings.some(({ rule }) => badIns.test(rule));
  return { ins: isWrong ? null : read.ins, localId: null, hasBadIns: isWrong };
}

/** A patient who writes: the mailbox is the INS; its OID is that of the environment. */
export function namedBySender(address: string, oid: string): Named | null {
  const { isPatient, local } = parseMssAddress(address);
  return isPatient ? { ins: { value: local, oid }, localId: null, traits: {}, hasBadIns: false } : null;
}

function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}
