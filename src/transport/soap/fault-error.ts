import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { lastWord, namesOf, soapNames, type SoapFault } from '../../internal/soap/index.ts';
import { descendants } from '../../internal/xml/index.ts';

/** Codes of a fault in the words of SOAP 1.2, whatever the version it was written in. */
const codeWords: Readonly<Record<string, string>> = { Client: 'Sender', Server: 'Receiver' };

/**
 * Subcodes that speak of the assertion or of time, by their namespace.
 *
 * @see WS-Security 1.0, section 12 (errors)
 */
const securityCodes: ReadonlyMap<string, TerrESanteErrorCode> = new Map([
  [`{${soapNames.securityUtility}}MessageExpired`, 'TE_CLOCK_SKEW'],
  [`{${soapNames.security}}MessageExpired`, 'TE_CLOCK_SKEW'],
  [`{${soapNames.security}}InvalidSecurityToken`, 'TE_AUTHN_REJECTED'],
  [`{${soapNames.security}}InvalidSecurity`, 'TE_AUTHN_REJECTED'],
  [`{${soapNames.security}}FailedAuthentication`, 'TE_AUTHN_REJECTED'],
  [`{${soapNames.security}}FailedCheck`, 'TE_AUTHN_REJECTED'],
  [`{${soapNames.security}}SecurityTokenUnavailable`, 'TE_AUTHN_REJECTED'],
  [`{${soapNames.security}}UnsupportedSecurityToken`, 'TE_AUTHN_REJECTED'],
]);

/** Longest reason that is shown, in characters: some stacks put a stack trace there. */
const longestReason = 300;

/**
 * The error of a fault: code, subcode and detail code as the far side wrote them, the reason in
 * French when there is one.
 *
 * @param notUnderstood - headers named by the answer
 */
export function faultError(
  fault: SoapFault,
  notUnderstood: readonly string[],
  { withReason }: { readonly withReason: boolean } = { withReason: true },
): TerrESanteError {
  const all = [...(fault.code === null ? [] : [fault.code]), ...fault.subcodes];
  const code = all.map((name) => securityCodes.get(name)).find((known) => known !== undefined) ?? 'TE_PROTOCOL';
  const word = lastWord(fault.code ?? '');
  const reason = withReason ? reasonOf(fault) : null;

  // The clock can be set right: the same request may then pass.
  return new TerrESanteError(code, `Le service refuse la demande${reason === null ? '' : ` : ${reason}`}.`, {
    retryable: code === 'TE_CLOCK_SKEW',
    details: {
      faultCode: codeWords[word] ?? (word === '' ? null : word),
      subcode: fault.subcodes[0] === undefined ? null : lastWord(fault.subcodes[0]),
      subcodes: fault.subcodes,
      reason,
      detailCode: detailCode(fault),
      detail: namesOf(fault.detail),
      headers: notUnderstood,
    },
  });
}

function reasonOf({ reasons }: SoapFault): string | null {
  const french = reasons.find(({ language }) => /^fr\b/i.test(language ?? ''));
  const text = (french ?? reasons[0])?.text.replaceAll(/\s+/g, ' ').trim() ?? '';
  return text === '' ? null : text.slice(0, longestReason);
}

/** The first code that stands in the detail, at any depth: as text, or as an attribute. */
export function detailCode({ detail }: SoapFault): string | null {
  for (const element of detail.flatMap((node) => [...descendants(node)])) {
    const attribute = element.attributes.find(({ localName }) => /^(?:error)?code$/i.test(localName));
    if (attribute) return attribute.value.trim();

    const [text] = element.children;
    if (/^(?:error)?code$/i.test(element.localName) && typeof text === 'string') return text.trim();
  }
  return null;
}
