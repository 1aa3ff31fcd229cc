import { parseCx } from '../../internal/hl7.ts';
import { attributeOf, childElement, childElements, descendants, readXml } from '../../internal/xml/index.ts';
import { RefusedAssertion, type VerifyOptions } from '../assertion/model.ts';
import { strictXml } from '../assertion/place.ts';
import { verifySimulatedAssertion } from '../assertion/verify.ts';
import { RefusedLaunch, type AskedPage } from './model.ts';

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** What the portal demands of a response. */
export interface ResponseOptions extends Omit<VerifyOptions, 'alone' | 'recipient' | 'maxSeconds' | 'allowOneTimeUse'> {
  /** Its own address. */
  readonly destination: string;
  /** Whether the assertion was shown before; it is known from then on. */
  readonly isKnown: (id: string) => boolean;
}

/** A bearer assertion in a browser lives five minutes, the difference of clocks included. */
const maxSeconds = 360;

/**
 * Reads an unsolicited response: one assertion, for this address and one use.
 *
 * @throws RefusedLaunch
 * @see SAML 2.0 Profiles, section 4.1.4.3
 */
export async function readResponse(encoded: string, options: ResponseOptions): Promise<Omit<AskedPage, 'page'>> {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw refused('base64');
  const xml = Buffer.from(encoded, 'base64').toString('utf8');
  const assertion = assertionOf(xml, options.destination);
  requireBearer(assertion, options.destination);

  let accepted;
  try {
    accepted = await verifySimulatedAssertion(assertion, {
      ...options,
      alone: true,
      recipient: options.destination,
      maxSeconds,
      allowOneTimeUse: true,
    });
  } catch (error) {
    if (!(error instanceof RefusedAssertion)) throw error;
    throw error.refusal === 'assertion-expired' || error.refusal === 'assertion-not-yet-valid'
      ? new RefusedLaunch(401, error.refusal, "Cette ouverture n'est plus valable : recommencez depuis votre logiciel.")
      : refused(error.reason);
  }

  if (options.isKnown(accepted.id)) {
    throw new RefusedLaunch(409, 'replayed', 'Cette ouverture a déjà servi : recommencez depuis votre logiciel.');
  }
  return { nameId: accepted.nameId, patient: patientOf(accepted.resourceId) };
}

/** The text of the one assertion of a response to this address. */
function assertionOf(xml: string, destination: string): string {
  let root;
  try {
    root = readXml(Buffer.from(xml, 'utf8'), strictXml);
  } catch {
    throw refused('xml');
  }

  const isResponse = root.localName === 'Response' && root.namespace === protocol;
  const status = attributeOf(childElement(childElement(root, 'Status', protocol), 'StatusCode', protocol), 'Value');
  const isForUs = attributeOf(root, 'Destination') === destination && attributeOf(root, 'Version') === '2.0';
  const isUnsolicited = attributeOf(root, 'InResponseTo') === undefined;
  if (!isResponse || status !== success || !isForUs || !isUnsolicited) throw refused('response');

  const assertions = [...descendants(root)].filter(({ localName }) => /^(?:encrypted)?assertion$/i.test(localName));
  if (assertions.length !== 1 || childElements(root, 'Assertion', saml).length !== 1) throw refused('assertions');

  // Comments and sections are refused: a tag is a tag.
  const found = /<(?<prefix>[\w.-]+:)?Assertion[\s>][^]*<\/\k<prefix>Assertion\s*>/.exec(xml);
  return found?.[0] ?? '';
}

/** A browser may carry only what names this address, an end, and one use. */
function requireBearer(assertion: string, destination: string): void {
  let root;
  try {
    root = readXml(Buffer.from(assertion, 'utf8'), strictXml);
  } catch {
    throw refused('xml');
  }

  const confirmation = childElement(childElement(root, 'Subject', saml), 'SubjectConfirmation', saml);
  const data = childElement(confirmation, 'SubjectConfirmationData', saml);
  const isBound = attributeOf(data, 'Recipient') === destination && attributeOf(data, 'NotOnOrAfter') !== undefined;
  const isOnce = childElement(childElement(root, 'Conditions', saml), 'OneTimeUse', saml) !== undefined;
  if (!isBound || !isOnce) throw refused('bearer');
}

function patientOf(resourceId: string | null): AskedPage['patient'] {
  const cx = resourceId === null ? null : parseCx(resourceId);
  if (!cx) return null;
  return { system: cx.oid, value: cx.id, kind: cx.type === 'NH' ? 'NH' : 'PI' };
}

function refused(reason: string): RefusedLaunch {
  return new RefusedLaunch(403, reason, "L'ouverture est refusée : recommencez depuis votre logiciel.");
}
