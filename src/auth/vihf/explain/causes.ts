import { isUtf8 } from 'node:buffer';
import { constants, createHash, publicDecrypt, verify } from 'node:crypto';
import type { ReadElement } from '../../../internal/xml/index.ts';
import { derChildren, derOid, derWhole } from '../../certificates/der.ts';
import { nativeOf, type Certificate } from '../../certificates/x509.ts';
import {
  canonicalise as canonicaliseWithin,
  maxCanonicalLength,
  type CanonicalOptions,
} from '../../xml-signature/canonical.ts';
import type { Located } from '../verify/located.ts';
import type { SignatureShape } from '../verify/shape.ts';

/** Why a digest or a signature value does not match, when it could be found out by trying. */
export interface Cause {
  readonly id: string;
  readonly message: string;
  readonly messageEn: string;
  readonly fix: string;
  readonly fixEn: string;
}

/**
 * A mistake that is tried may lengthen the form, six times at most: a character becomes a
 * reference.
 */
function canonicalise(element: ReadElement, options: CanonicalOptions = {}): string {
  return canonicaliseWithin(element, { ...options, maxLength: 32 * maxCanonicalLength });
}

type Attempt = readonly [cause: Cause, bytes: string | Uint8Array];

function cause(id: string, message: string, messageEn: string, fix: string, fixEn: string): Cause {
  return { id, message, messageEn, fix, fixEn };
}

const causes = {
  indent: cause(
    'reindented',
    "l'assertion a été indentée après la signature",
    'the assertion was indented after it was signed',
    'Transmettre les octets signés tels quels : ne pas indenter, ne pas relire puis réécrire le XML.',
    'Send the signed bytes as they are: no indentation, no reading and writing again.',
  ),
  trim: cause(
    'trimmed',
    'des espaces de bord de valeur ont été ajoutés ou retirés',
    'white space around values was changed',
    'Écrire les valeurs sans espaces de bord avant de signer.',
    'Write values without white space around them before signing.',
  ),
  newline: cause(
    'line-ends',
    'les fins de ligne ont été converties',
    'line ends were converted',
    'Transmettre les octets sans conversion de fins de ligne.',
    'Send the bytes without conversion of line ends.',
  ),
  unicode: cause(
    'unicode-normalised',
    'les caractères accentués ont changé de forme Unicode (NFC/NFD)',
    'accented characters changed Unicode form',
    'Normaliser les textes avant de signer, jamais après.',
    'Normalise texts before signing, never after.',
  ),
  mojibake: cause(
    'encoding',
    'les octets UTF-8 ont été relus dans un autre encodage (Latin-1)',
    'UTF-8 bytes were read as another encoding',
    "Lire et écrire l'assertion en UTF-8 de bout en bout.",
    'Read and write the assertion in UTF-8 from end to end.',
  ),
  latin1: cause(
    'latin1-digest',
    "l'empreinte a été calculée sur du Latin-1, pas sur de l'UTF-8",
    'the digest was computed over Latin-1 bytes',
    "Encoder en UTF-8 avant de calculer l'empreinte.",
    'Encode in UTF-8 before computing the digest.',
  ),
  inclusive: cause(
    'inclusive-c14n',
    "l'empreinte a été calculée avec la canonisation inclusive, alors que l'exclusive est annoncée",
    'inclusive canonicalisation was used although exclusive is announced',
    'Appliquer http://www.w3.org/2001/10/xml-exc-c14n#.',
    'Apply http://www.w3.org/2001/10/xml-exc-c14n#.',
  ),
  raw: cause(
    'not-canonical',
    "l'empreinte a été calculée sur le texte tel qu'écrit, sans canonisation",
    'the digest was computed over the text as written, without canonicalisation',
    "Canoniser l'assertion (sans sa signature) avant l'empreinte.",
    'Canonicalise the assertion (without its signature) before the digest.',
  ),
  declaration: cause(
    'xml-declaration',
    "l'empreinte inclut la déclaration XML",
    'the digest covers the XML declaration',
    "Calculer l'empreinte sans la déclaration XML : la forme canonique n'en contient pas.",
    'Leave the XML declaration out of the digest: the canonical form has none.',
  ),
  lineFeed: cause(
    'final-newline',
    "l'empreinte inclut un saut de ligne final",
    'the digest covers a final line feed',
    'Ne rien ajouter à la forme canonique.',
    'Add nothing to the canonical form.',
  ),
  signedWhole: cause(
    'not-enveloped',
    "l'empreinte a été calculée avec la signature dedans",
    'the digest was computed with the signature inside',
    "Retirer l'élément Signature avant l'empreinte (enveloped-signature).",
    'Take the Signature element out before the digest (enveloped-signature).',
  ),
  sha1: cause(
    'sha1',
    "l'empreinte est en SHA-1 alors que SHA-256 est annoncé",
    'SHA-1 was used although SHA-256 is announced',
    'Utiliser SHA-256.',
    'Use SHA-256.',
  ),
  sha512: cause(
    'sha512',
    "l'empreinte est en SHA-512 alors que SHA-256 est annoncé",
    'SHA-512 was used although SHA-256 is announced',
    'Utiliser SHA-256.',
    'Use SHA-256.',
  ),
  hex: cause(
    'hexadecimal',
    "l'empreinte est écrite en hexadécimal avant d'être mise en base64",
    'the digest was turned to hexadecimal before base64',
    "Mettre en base64 les 32 octets de l'empreinte.",
    'Put the 32 bytes of the digest in base64.',
  ),
} as const;

function mapText(element: ReadElement, change: (value: string, parent: ReadElement) => string): ReadElement {
  const attributes = element.attributes.map((attribute) => ({ ...attribute, value: change(attribute.value, element) }));
  const children = element.children.map((child) =>
    typeof child === 'string' ? change(child, element) : mapText(child, change),
  );
  return { ...element, attributes, children };
}

const withoutIndent = (element: ReadElement): ReadElement => ({
  ...element,
  children: element.children
    .filter(
      (child) =>
        typeof child !== 'string' ||
        child.trim() !== '' ||
        !element.children.some((other) => typeof other !== 'string'),
    )
    .map((child) => (typeof child === 'string' ? child : withoutIndent(child))),
});

const unsigned = (assertion: ReadElement, signature: ReadElement): ReadElement => ({
  ...assertion,
  children: assertion.children.filter((child) => child !== signature),
});

/** The assertion as it stands in the text, cut out without parsing; empty when it cannot be. */
function rawText(source: string): { whole: string; unsigned: string } {
  const whole = /<(?:[\w.-]+:)?Assertion[\s>][^]*<\/(?:[\w.-]+:)?Assertion\s*>/.exec(source)?.[0] ?? '';
  return { whole, unsigned: whole.replace(/<(?:[\w.-]+:)?Signature[\s>][^]*<\/(?:[\w.-]+:)?Signature\s*>/, '') };
}

/** Tries the usual mistakes one by one: the one whose digest is the announced one is the cause. */
export function digestCause({ source, assertion, inherited }: Located, shape: SignatureShape): Cause | null {
  const bare = unsigned(assertion, shape.signature);
  const canonical = canonicalise(bare);
  const tree = (change: (value: string) => string): string => canonicalise(mapText(bare, change));
  const raw = rawText(source);
  const latin1 = Buffer.from(canonical, 'latin1');

  const attempts: readonly Attempt[] = [
    [causes.indent, canonicalise(withoutIndent(bare))],
    [causes.trim, tree((value) => value.trim())],
    [causes.newline, tree((value) => value.replaceAll('\n', '\r\n'))],
    [causes.newline, canonical.replaceAll('\n', '\r\n')],
    [causes.newline, tree((value) => value.replaceAll(/\r\n?/g, '\n'))],
    [causes.unicode, tree((value) => value.normalize('NFC'))],
    [causes.unicode, tree((value) => value.normalize('NFD'))],
    // Bytes that are UTF-8 again: the text was encoded twice. Otherwise Latin-1 was hashed.
    [isUtf8(latin1) ? causes.mojibake : causes.latin1, latin1],
    [causes.mojibake, Buffer.from(canonical, 'utf8').toString('latin1')],
    [causes.inclusive, canonicalise(bare, { inclusive: { inherited } })],
    [causes.inclusive, canonicalise(bare, { inclusive: { inherited: new Map() } })],
    [causes.raw, raw.unsigned],
    [causes.declaration, `<?xml version="1.0" encoding="UTF-8"?>${canonical}`],
    [causes.lineFeed, `${canonical}\n`],
    [causes.signedWhole, canonicalise(assertion)],
    [causes.signedWhole, raw.whole],
  ];

  const digest = Buffer.from(shape.digest);
  const found = attempts.find(([, bytes]) => createHash('sha256').update(bytes).digest().equals(digest));
  if (found) return found[0];

  // Another hash, or another way to write it.
  if (createHash('sha1').update(canonical).digest().equals(digest)) return causes.sha1;
  if (createHash('sha512').update(canonical).digest().equals(digest)) return causes.sha512;
  if (digest.toString('latin1').toLowerCase() === createHash('sha256').update(canonical).digest('hex')) {
    return causes.hex;
  }
  return null;
}

/** What the signature value really covers, recovered with the public key. */
export interface SignedDigest {
  /** OID of the hash. */
  readonly algorithm: string;
  readonly digest: Uint8Array;
}

/** `null` when the value was not made by this key with PKCS #1 v1.5. */
export function signedDigest(certificate: Certificate, value: Uint8Array): SignedDigest | null {
  try {
    const clear = publicDecrypt({ key: nativeOf(certificate).publicKey, padding: constants.RSA_PKCS1_PADDING }, value);
    const [algorithm, digest] = derChildren(derWhole(clear));
    const [oid] = algorithm ? derChildren(algorithm) : [];
    return oid && digest?.tag === 0x04 ? { algorithm: derOid(oid), digest: digest.content } : null;
  } catch {
    return null;
  }
}

const sha256Oid = '2.16.840.1.101.3.4.2.1';

const valueCauses = {
  otherKey: cause(
    'other-key',
    "la signature n'a pas été faite avec la clé du certificat joint",
    'the signature was not made with the key of the certificate',
    "Joindre le certificat qui va avec la clé : carte changée, ou certificat d'authentification au lieu de signature ?",
    'Give the certificate that belongs to the key: another card, or the authentication certificate instead of the signature one?',
  ),
  reversed: cause(
    'reversed-bytes',
    "les octets de la signature sont dans l'ordre inverse (API CryptoAPI de Windows)",
    'the signature bytes are reversed (Windows CryptoAPI)',
    'Inverser les octets de la signature avant le base64.',
    'Reverse the signature bytes before base64.',
  ),
  pss: cause(
    'pss',
    'la signature est en RSA-PSS, alors que PKCS#1 v1.5 est annoncé',
    'RSA-PSS was used although PKCS #1 v1.5 is announced',
    'Signer en RSA PKCS#1 v1.5 avec SHA-256 (CKM_SHA256_RSA_PKCS).',
    'Sign with RSA PKCS #1 v1.5 and SHA-256 (CKM_SHA256_RSA_PKCS).',
  ),
  hash: cause(
    'other-hash',
    'la signature a été calculée avec un autre algorithme que SHA-256',
    'another hash than SHA-256 was used',
    'Signer avec SHA-256.',
    'Sign with SHA-256.',
  ),
  assertion: cause(
    'signed-assertion',
    "c'est l'assertion qui a été signée, pas SignedInfo",
    'the assertion was signed instead of SignedInfo',
    'Signer la forme canonique de SignedInfo.',
    'Sign the canonical form of SignedInfo.',
  ),
  double: cause(
    'hashed-twice',
    "l'empreinte a été calculée deux fois",
    'the bytes were hashed twice',
    "Donner les octets à signer, pas leur empreinte, à une fonction qui calcule l'empreinte elle-même.",
    'Give the bytes, not their digest, to a function that computes the digest itself.',
  ),
  namespace: cause(
    'signed-info-namespace',
    "SignedInfo a été signé sans sa déclaration d'espace de noms",
    'SignedInfo was signed without its namespace declaration',
    'Garder xmlns:ds : la forme canonique de SignedInfo le porte.',
    'Keep xmlns:ds: the canonical form of SignedInfo carries it.',
  ),
  inclusive: cause(
    'signed-info-inclusive',
    'SignedInfo a été canonisé en mode inclusif',
    'SignedInfo was canonicalised inclusively',
    'Appliquer la canonisation exclusive.',
    'Apply exclusive canonicalisation.',
  ),
  indent: cause(
    'signed-info-reindented',
    'SignedInfo a été indenté après la signature',
    'SignedInfo was indented after it was signed',
    'Ne pas indenter un XML signé.',
    'Do not indent signed XML.',
  ),
  changed: cause(
    'signed-info-changed',
    'SignedInfo a changé après la signature',
    'SignedInfo changed after it was signed',
    'Transmettre les octets signés tels quels.',
    'Send the signed bytes as they are.',
  ),
} as const;

/** Tells a wrong key from a changed SignedInfo, and the usual mistakes by trying them. */
export function valueCause(located: Located, shape: SignatureShape, certificate: Certificate): Cause {
  const signedInfo = canonicalise(shape.signedInfo);
  const real = signedDigest(certificate, shape.value);
  if (!real) {
    const key = nativeOf(certificate).publicKey;
    const holds = (value: Uint8Array, padding: number): boolean => {
      try {
        return verify('sha256', Buffer.from(signedInfo), { key, padding }, value);
      } catch {
        return false;
      }
    };
    if (holds(Uint8Array.from(shape.value).reverse(), constants.RSA_PKCS1_PADDING)) return valueCauses.reversed;
    return holds(shape.value, constants.RSA_PKCS1_PSS_PADDING) ? valueCauses.pss : valueCauses.otherKey;
  }
  if (real.algorithm !== sha256Oid) return valueCauses.hash;

  // The key is right: something else than SignedInfo was signed.
  const first = createHash('sha256').update(signedInfo).digest();
  const inherited = new Map([
    ...located.inherited,
    [shape.signature.prefix, shape.signature.namespace] as const,
    [located.assertion.prefix, located.assertion.namespace] as const,
  ]);
  const attempts: readonly Attempt[] = [
    [valueCauses.assertion, canonicalise(located.assertion, { without: shape.signature })],
    [valueCauses.double, first],
    [valueCauses.double, first.toString('hex')],
    [valueCauses.namespace, signedInfo.replace(/ xmlns(?::[\w.-]+)?="[^"]*"/, '')],
    [valueCauses.inclusive, canonicalise(shape.signedInfo, { inclusive: { inherited } })],
    [valueCauses.indent, canonicalise(withoutIndent(shape.signedInfo))],
  ];

  const digest = Buffer.from(real.digest);
  return (
    attempts.find(([, bytes]) => createHash('sha256').update(bytes).digest().equals(digest))?.[0] ?? valueCauses.changed
  );
}
