import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { lastWord, soapNames, type SoapMessage } from '../../internal/soap/index.ts';
import { messageRules } from '../rules/message/index.ts';
import { shown } from './place.ts';

type FaultCase = CaseOf<(typeof messageRules)['SOAP-FAULT']>;

/** Codes of WS-Security that speak of time; the others speak of the assertion. */
const expired = 'MessageExpired';

/** Subcodes of WS-Addressing, by their last word. */
const addressingCases: ReadonlyMap<string, FaultCase> = new Map([
  ['ActionNotSupported', 'action'],
  ['ActionMismatch', 'action'],
  ['InvalidAddressingHeader', 'addressing'],
  ['InvalidMessageInformationHeader', 'addressing'],
  ['MessageAddressingHeaderRequired', 'addressing'],
  ['MessageInformationHeaderRequired', 'addressing'],
  ['DestinationUnreachable', 'addressing'],
]);

/** Codes of a fault in the words of both versions of SOAP. */
const codeCases: ReadonlyMap<string, FaultCase> = new Map([
  ['VersionMismatch', 'version'],
  ['MustUnderstand', 'must-understand'],
  ['Sender', 'sender'],
  ['Client', 'sender'],
  ['Receiver', 'receiver'],
  ['Server', 'receiver'],
]);

/** The refusal of a service. Its reason stays out: it may name the patient. */
export function faultFindings({ fault, notUnderstood }: SoapMessage, path: string): Finding[] {
  if (!fault) return [];

  const codes = [fault.code, ...fault.subcodes].filter((code) => code !== null);
  const named = notUnderstood.map(({ name }) => name);
  return [
    finding(messageRules, 'SOAP-FAULT', {
      path: `${path}/Envelope/Body/Fault`,
      case: caseOf(codes),
      found: codes.concat(named).map(lastWord).map(shown).join(' ') || null,
    }),
  ];
}

/** The innermost code that is known tells most. */
function caseOf(codes: readonly string[]): FaultCase {
  const words = codes.toReversed().map((code) => ({ word: lastWord(code), isSecurity: isSecurityCode(code) }));
  const security = words.find(({ isSecurity }) => isSecurity);
  if (security) return security.word === expired ? 'expired' : 'token';

  const cases = words.map(({ word }) => addressingCases.get(word) ?? codeCases.get(word.split('.')[0] ?? ''));
  return cases.find((item) => item !== undefined) ?? 'other';
}

function isSecurityCode(code: string): boolean {
  return [soapNames.security, soapNames.securityUtility].some((namespace) => code.startsWith(`{${namespace}}`));
}
