import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { dsig, honest, saml, victim } from './forge.ts';

/** What a receiver written from a tutorial does with a document. */
export type NaiveAnswer =
  'refused' | 'accepted: honest subject' | 'accepted: VICTIM' | 'accepted: cut subject' | 'accepted: other subject';

/**
 * xml-crypto as it is often used: find the first Signature, check it, then read the first NameID of
 * the document. The key is the one configured, or the one the document brings along.
 */
export function naive(document: string | Uint8Array, certificate: string | null): NaiveAnswer {
  const text = typeof document === 'string' ? document : Buffer.from(document).toString('utf8');
  try {
    const dom = new DOMParser({ onError: () => undefined }).parseFromString(text, 'text/xml');
    const signature = dom.getElementsByTagNameNS(dsig, 'Signature').item(0);
    if (!signature) return 'refused';
    const verifier =
      certificate === null
        ? new SignedXml({ getCertFromKeyInfo: (keyInfo) => SignedXml.getCertFromKeyInfo(keyInfo) })
        : new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
    verifier.loadSignature(new XMLSerializer().serializeToString(signature));
    if (!verifier.checkSignature(text)) return 'refused';
    const subject = dom.getElementsByTagNameNS(saml, 'NameID').item(0)?.firstChild?.nodeValue ?? '';
    if (subject === honest) return 'accepted: honest subject';
    if (subject === victim) return 'accepted: VICTIM';
    return honest.startsWith(subject) && subject !== '' ? 'accepted: cut subject' : 'accepted: other subject';
  } catch {
    return 'refused';
  }
}
