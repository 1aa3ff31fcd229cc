import { soapNames } from '../../internal/soap/index.ts';
import { childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import {
  RefusedAssertion,
  type AcceptedAssertion,
  type AssertionRefusal,
  type VerifyOptions,
} from '../assertion/model.ts';
import { verifySimulatedAssertion } from '../assertion/verify.ts';
import { SoapRefusal, type Subcode } from './refusal.ts';
import type { SoapRequest } from './request.ts';

/** Faults of an assertion. @see WS-Security 1.0, section 12, and 1.1 for the expired message */
const refusals: Readonly<Record<AssertionRefusal, { readonly subcode: Subcode; readonly reason: string }>> = {
  'assertion-absent': { subcode: 'wsse:SecurityTokenUnavailable', reason: "La requête ne porte pas d'assertion." },
  'assertion-expired': { subcode: 'wsse:MessageExpired', reason: "L'assertion n'est plus valable." },
  'assertion-not-yet-valid': { subcode: 'wsse:MessageExpired', reason: "L'assertion n'est pas encore valable." },
  'assertion-rejected': { subcode: 'wsse:InvalidSecurityToken', reason: "L'assertion est refusée." },
  'certificate-rejected': {
    subcode: 'wsse:FailedAuthentication',
    reason: "Le certificat qui signe l'assertion est refusé.",
  },
};

/** The fault of an assertion that is not taken. */
export function assertionRefusal(refusal: AssertionRefusal): SoapRefusal {
  const { subcode, reason } = refusals[refusal];
  return new SoapRefusal('Sender', reason, { subcodes: [subcode] });
}

/**
 * Who asks: the assertion of the `wsse:Security` header, verified where it stands.
 *
 * @param isRequired - else a request may come without one; a wrong one is refused all the same
 * @returns `null` without an assertion
 * @throws SoapRefusal
 */
export async function callerOf(
  request: Pick<SoapRequest, 'message' | 'root' | 'envelope'>,
  isRequired: boolean,
  options: VerifyOptions,
): Promise<AcceptedAssertion | null> {
  const security = request.message.headers.filter(
    ({ localName, namespace }) => localName === 'Security' && namespace === soapNames.security,
  );
  if (security.length > 1) throw assertionRefusal('assertion-rejected');
  for (const header of security) refuseExpired(header, options);

  const hasToken = security.some((header) => childElements(header).some(({ localName }) => localName !== 'Timestamp'));
  if (!hasToken && !isRequired) return null;
  if (!hasToken) throw assertionRefusal('assertion-absent');

  try {
    return await verifySimulatedAssertion(headerAlone(request), { ...options, alone: false });
  } catch (error) {
    throw error instanceof RefusedAssertion ? assertionRefusal(error.refusal) : error;
  }
}

/** @see WS-Security 1.0, section 10: a receiver refuses a message that has expired */
function refuseExpired(header: ReadElement, { now, skewMs }: VerifyOptions): void {
  const stamp = childElement(header, 'Timestamp', soapNames.securityUtility);
  const expires = childElement(stamp, 'Expires', soapNames.securityUtility);
  if (!expires) return;

  const end = Date.parse(textOf(expires).trim());
  if (!(end + skewMs > now)) {
    throw new SoapRefusal('Sender', "Le message n'est plus valable (wsu:Timestamp).", {
      subcodes: ['wsse:MessageExpired'],
    });
  }
}

/**
 * The envelope without its body: what is verified is the header as it came. A body is as long as
 * its documents, and holds no assertion.
 */
function headerAlone({ envelope, root }: Pick<SoapRequest, 'root' | 'envelope'>): string {
  const { buffer, byteOffset, byteLength } = envelope;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);

  // The first end tag of a header ends it: comments and sections that could hold one are refused.
  const end = /<\/(?:[\w.-]+:)?Header\s*>/.exec(bytes.toString('latin1', 0, maxHeaderBytes));
  if (!end) return '';

  const head = bytes.toString('utf8', 0, end.index + end[0].length);
  return `${head}</${root.prefix === '' ? '' : `${root.prefix}:`}Envelope>`;
}

/** An assertion may have a mebibyte; all headers together are not longer than two. */
const maxHeaderBytes = 2 * 1024 * 1024;
