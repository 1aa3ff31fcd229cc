import { createHash, sign } from 'node:crypto';
import { createVihf } from '../../../src/auth/index.ts';
import {
  createTestHierarchy,
  fictiveProfessional,
  type TestHierarchy,
  type TestIdentity,
} from '../../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from '../../auth/vihf-fixtures.ts';

export const dsig = 'http://www.w3.org/2000/09/xmldsig#';
export const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** Whom the attacker wants to be. */
export const victim = '899900000029';
export const honest = fictiveProfessional().nationalId;

export interface Parts {
  readonly id: string;
  /** Start tag of the assertion. */
  readonly open: string;
  readonly issuer: string;
  readonly signature: string;
  /** From Subject to the end of AttributeStatement. */
  readonly body: string;
}

/**
 * The attacker's means: an honest signed assertion that was overheard, keys of their own, even a
 * card of their own.
 */
export interface Means {
  readonly pki: TestHierarchy;
  /** Another hierarchy with the same names. */
  readonly foreign: TestHierarchy;
  readonly expired: TestIdentity;
  readonly production: TestHierarchy;
  readonly good: string;
  readonly parts: Parts;
  /** A certificate that the attacker's own card "issued". */
  readonly issuedByCard: { readonly certDer: Uint8Array; readonly keyPem: string };
  readonly selfSigned: { readonly certDer: Uint8Array; readonly keyPem: string };
}

export function split(xml: string): Parts {
  const issuerStart = xml.indexOf('<saml2:Issuer');
  const signatureStart = xml.indexOf('<ds:Signature ');
  const signatureEnd = xml.indexOf('</ds:Signature>') + '</ds:Signature>'.length;
  return {
    id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '',
    open: xml.slice(0, issuerStart),
    issuer: xml.slice(issuerStart, signatureStart),
    signature: xml.slice(signatureStart, signatureEnd),
    body: xml.slice(signatureEnd, xml.lastIndexOf('</saml2:Assertion>')),
  };
}

export const join = ({ open, issuer, signature, body }: Omit<Parts, 'id'>): string =>
  `${open}${issuer}${signature}${body}</saml2:Assertion>`;

/** The same with another identity and another patient. */
export const asVictim = (text: string): string =>
  text.replaceAll(honest, victim).replaceAll('279035121518989', '185057800608491');

export const envelope = (security: string, header = '', body = ''): string =>
  '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header>' +
  `<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">${security}</wsse:Security>${header}` +
  `</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;

/** How a signature is made: everything a signer of bad will may choose. */
export interface SignOptions {
  readonly key?: string;
  readonly certificate?: Uint8Array;
  readonly id?: string;
  readonly c14n?: string;
  readonly method?: string;
  /** Content of SignatureMethod. */
  readonly methodParameters?: string;
  readonly uri?: string;
  readonly transforms?: readonly string[];
  readonly digestMethod?: string;
  readonly digest?: (canonical: string) => string;
  readonly extraReferences?: string;
  readonly keyInfo?: string;
  readonly value?: (signedInfo: string) => Uint8Array;
}

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('base64');

export const transform = (algorithm: string, content = ''): string =>
  `<ds:Transform Algorithm="${algorithm}">${content}</ds:Transform>`;
export const enveloped = transform(`${dsig}enveloped-signature`);
export const excC14n = transform(exclusive);

export const x509 = (der: Uint8Array): string =>
  `<ds:X509Data><ds:X509Certificate>${Buffer.from(der).toString('base64')}</ds:X509Certificate></ds:X509Data>`;

/** Signs an assertion without signature, really, with whatever is chosen. */
export function signed(means: Means, bare: Omit<Parts, 'signature' | 'id'>, options: SignOptions = {}): string {
  const { signature: card } = means.pki.professional;
  const { key = card.keyPem, certificate = card.certDer } = options;
  const id = options.id ?? / ID="([^"]+)"/.exec(bare.open)?.[1] ?? '';
  const canonical = join({ ...bare, signature: '' });
  const reference =
    `<ds:Reference URI="${options.uri ?? `#${id}`}">` +
    (options.transforms?.length === 0
      ? ''
      : `<ds:Transforms>${(options.transforms ?? [enveloped, excC14n]).join('')}</ds:Transforms>`) +
    `<ds:DigestMethod Algorithm="${options.digestMethod ?? 'http://www.w3.org/2001/04/xmlenc#sha256'}"></ds:DigestMethod>` +
    `<ds:DigestValue>${options.digest?.(canonical) ?? sha256(canonical)}</ds:DigestValue></ds:Reference>`;
  const inner =
    `<ds:CanonicalizationMethod Algorithm="${options.c14n ?? exclusive}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${options.method ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'}">${options.methodParameters ?? ''}</ds:SignatureMethod>` +
    `${reference}${options.extraReferences ?? ''}</ds:SignedInfo>`;
  const signedInfo = `<ds:SignedInfo xmlns:ds="${dsig}">${inner}`;
  const value = options.value?.(signedInfo) ?? sign('sha256', Buffer.from(signedInfo), key);
  const signature =
    `<ds:Signature xmlns:ds="${dsig}"><ds:SignedInfo>${inner}<ds:SignatureValue>${Buffer.from(value).toString('base64')}</ds:SignatureValue>` +
    `${options.keyInfo ?? `<ds:KeyInfo>${x509(certificate)}</ds:KeyInfo>`}</ds:Signature>`;
  return join({ ...bare, signature });
}

export async function prepare(): Promise<Means> {
  const [pki, foreign, production] = await Promise.all([
    createTestHierarchy({ runtime: fixedRuntime() }),
    createTestHierarchy({ runtime: fixedRuntime() }),
    createTestHierarchy({ runtime: fixedRuntime(), environment: 'production' }),
  ]);
  const [expired, rogue] = await Promise.all([pki.card({ notAfter: testNow - 1000 }), rogueCertificates(pki)]);
  const good = (
    await createVihf(vihfInput(), await providerOf(pki.professional.signature), { runtime: fixedRuntime() })
  ).xml;
  return { pki, foreign, expired: expired.signature, production, good, parts: split(good), ...rogue };
}

async function rogueCertificates(pki: TestHierarchy): Promise<Pick<Means, 'issuedByCard' | 'selfSigned'>> {
  const { createPrivateKey, createPublicKey, generateKeyPairSync } = await import('node:crypto');
  const { issueCertificate, keyUsage } = await import('../../../src/testing/pki/certificate.ts');
  const name = (cn: string) =>
    [
      [['2.5.4.6', 'FR']],
      [['2.5.4.12', 'Médecin']],
      [
        ['2.5.4.4', 'FICTIF'],
        ['2.5.4.42', 'ÉLODIE'],
        ['2.5.4.3', cn],
      ],
    ] as const;
  const make = (issuerKeyPem: string | null) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const issuerKey = issuerKeyPem === null ? privateKey : createPrivateKey(issuerKeyPem);
    const certDer = issueCertificate(
      {
        subject: name(victim),
        publicKey,
        notBefore: testNow - 86_400_000,
        notAfter: testNow + 86_400_000,
        extensions: [keyUsage('digitalSignature', 'nonRepudiation')],
      },
      { name: name(issuerKeyPem === null ? victim : honest), key: issuerKey, publicKey: createPublicKey(issuerKey) },
    );
    return { certDer, keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string };
  };
  return { issuedByCard: make(pki.professional.signature.keyPem), selfSigned: make(null) };
}
