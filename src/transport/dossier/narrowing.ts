import type { Coded } from '../../documents/index.ts';
import { hl7Utc } from '../../internal/hl7-time.ts';
import type { DocumentPeriod, DocumentQuery } from '../binding/documents.ts';
import type { DocumentFilter } from '../xds/query-model.ts';

type Code = Pick<Coded, 'code' | 'codeSystem'>;

/** A time of a day alone lies anywhere in it, in French time. */
const marginMs = 86_400_000;

/**
 * What a registry is asked beside the patient and the statuses. What it could answer too narrowly
 * is left out: an act that has no end in its entry is not found by its end, and no query of the
 * standard is about when a document came.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7.1
 */
export function narrowing({
  typeCodes,
  classCodes,
  authorId,
  period,
}: DocumentQuery): Omit<DocumentFilter, 'patientId' | 'status'> {
  return {
    ...(typeCodes.length > 0 && { typeCodes: typeCodes.map(typeOf) }),
    ...(classCodes.length > 0 && { classCodes: classCodes.map((code) => ({ code, codeSystem: classSystem })) }),
    // In XCN the identifier comes first; `%` and `_` stand for anything.
    ...(authorId !== null && /^[\dA-Za-z/-]+$/.test(authorId) && { authorPersons: [`${authorId}^%`] }),
    ...(period && timesOf(period)),
  };
}

/** TRE_A03. */
const classSystem = '1.2.250.1.213.1.1.4.1';

/** The systems of JDV_J07: LOINC by the form of its codes, the one of ASTM, else TRE_A05. */
function typeOf(code: string): Code {
  if (/^\d{1,7}-\d$/.test(code)) return { code, codeSystem: '2.16.840.1.113883.6.1' };
  return { code, codeSystem: code === 'E1762' ? 'ASTM' : '1.2.250.1.213.1.1.4.12' };
}

function timesOf({ axis, from, to }: DocumentPeriod): Partial<DocumentFilter> {
  const at = (iso: string, shift: number): string => hl7Utc(Date.parse(iso) + shift);
  const until = to === null ? {} : { to: at(to, marginMs) };
  if (axis === 'act') return to === null ? {} : { serviceStartTime: until };
  if (axis === 'submission') return {};
  return { creationTime: { ...(from !== null && { from: at(from, -marginMs) }), ...until } };
}
