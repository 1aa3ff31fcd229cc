import type { TerrESanteErrorCode } from '../../errors.ts';
import { RegistryRefusal, shownCodes } from '../registry/refusal.ts';
import { namesIn, shownCode } from '../registry/rules.ts';
import type { RegistryError } from '../registry/response.ts';
import type { Acknowledgement, AcknowledgementDetail, Interaction } from './interaction.ts';

/** An identifier of the request that the server does not know; its location tells which. */
const unknownKey = '204';

/**
 * Codes of a detail that mean more than a refusal of what was sent.
 *
 * @see HL7 v2.5, table 0357; HL7 v3, AcknowledgementDetailCode (INTERR, NOSTORE)
 */
const known: ReadonlyMap<string, TerrESanteErrorCode> = new Map([
  ['205', 'TE_DUPLICATE'],
  ['206', 'TE_UNAVAILABLE'],
  ['207', 'TE_UNAVAILABLE'],
  ['INTERR', 'TE_UNAVAILABLE'],
  ['NOSTORE', 'TE_UNAVAILABLE'],
]);

/** What the server does not know. */
type Unknown = 'unknown-patient' | 'unknown-domain' | 'unknown-identifier';

const unknownCases: Readonly<Record<Unknown, readonly [TerrESanteErrorCode, string]>> = {
  'unknown-patient': ['TE_NOT_FOUND', "Le serveur d'identités ne connaît pas ce patient."],
  'unknown-domain': ['TE_CONFIG_INVALID', "Le serveur d'identités ne connaît pas un des domaines demandés."],
  'unknown-identifier': ['TE_NOT_FOUND', "Le serveur d'identités ne connaît pas un identifiant de la demande."],
};

/**
 * Lines of an acknowledgement in the form of a registry's; one without a type goes with the whole.
 */
export function linesOf({ details }: Acknowledgement, isPositive: boolean): RegistryError[] {
  return details.map((detail) => ({
    code: detail.code ?? '',
    severity: isError(detail, isPositive) ? 'Error' : 'Warning',
    severityName: detail.typeCode,
    context: detail.text,
    location: detail.location,
  }));
}

function isError({ typeCode }: AcknowledgementDetail, isPositive: boolean): boolean {
  return typeCode === null ? !isPositive : typeCode !== 'W' && typeCode !== 'I';
}

/**
 * The error of a negative answer. Its words stay in `errors`: they may name the patient.
 *
 * @param writes - the request was a feed: after a failure inside the server nobody knows
 */
export function identityRefusal(
  { acknowledgements, queryAck, issueCodes }: Interaction,
  { writes }: { readonly writes: boolean },
): RegistryRefusal {
  const errors = acknowledgements.flatMap((acknowledgement) => linesOf(acknowledgement, false));
  const faults = errors.filter(({ severity }) => severity === 'Error');
  const unknown = unknownOf(faults);
  const codes = faults.map(({ code }) => known.get(code) ?? 'TE_VALIDATION');
  const whole = codes.find((code) => code !== 'TE_UNAVAILABLE') ?? codes[0] ?? 'TE_VALIDATION';
  const [code, sentence] = unknown
    ? unknownCases[unknown]
    : ([whole, `Le serveur d'identités refuse : ${shownCodes(faults)}.`] as const);

  const details = {
    ...(writes && { unknownOutcome: codes.includes('TE_UNAVAILABLE') }),
    reason: unknown,
    acknowledgement: shownCode(acknowledgements[0]?.typeCode ?? ''),
    queryResponse: shownCode(queryAck?.queryResponseCode ?? ''),
    errorCodes: namesIn(faults.map((error) => error.code)),
    issueCodes: namesIn(issueCodes),
  };
  // A feed is not sent again blindly.
  const retryable = code === 'TE_UNAVAILABLE' && !writes;
  return new RegistryRefusal(code, sentence, { details, retryable }, errors);
}

function unknownOf(faults: readonly RegistryError[]): Unknown | null {
  const fault = faults.find(({ code }) => code === unknownKey);
  if (!fault) return null;

  const location = fault.location ?? '';
  if (/dataSource|scopingOrganization/i.test(location)) return 'unknown-domain';
  return /patientIdentifier|livingSubjectId/i.test(location) ? 'unknown-patient' : 'unknown-identifier';
}
