import { isUtf8 } from 'node:buffer';
import { constants, createHash, publicDecrypt, verify } from 'node:crypto';
import type { CaseOf } from '../../../internal/finding.ts';
import type { ReadElement } from '../../../internal/xml/index.ts';
import { derChildren, derOid, derWhole } from '../../certificates/der.ts';
import { nativeOf, type Certificate } from '../../certificates/x509.ts';
import {
  canonicalise as canonicaliseWithin,
  maxCanonicalLength,
  type CanonicalOptions,
} from '../../xml-signature/canonical.ts';
import type { causeRules } from '../rules/causes.ts';
import type { Located } from '../verify/located.ts';
import type { SignatureShape } from '../verify/shape.ts';

/** The mistakes that make a digest or a signature value differ: the cases of their rules. */
export type DigestCause = CaseOf<(typeof causeRules)['SIG-DIGEST-CAUSE']>;
export type ValueCause = CaseOf<(typeof causeRules)['SIG-VALUE-CAUSE']>;

/**
 * A mistake that is tried may lengthen the form, six times at most: a character becomes a
 * reference.
 */
function canonicalise(element: ReadElement, options: CanonicalOptions = {}): string {
  return canonicaliseWithin(element, { ...options, maxLength: 32 * maxCanonicalLength });
}

type Attempt<Cause> = readonly [cause: Cause, bytes: string | Uint8Array];

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
export function digestCause({ source, assertion, inherited }: Located, shape: SignatureShape): DigestCause | null {
  const bare = unsigned(assertion, shape.signature);
  const canonical = canonicalise(bare);
  const tree = (change: (value: string) => string): string => canonicalise(mapText(bare, change));
  const raw = rawText(source);
  const latin1 = Buffer.from(canonical, 'latin1');

  const attempts: readonly Attempt<DigestCause>[] = [
    ['reindented', canonicalise(withoutIndent(bare))],
    ['trimmed', tree((value) => value.trim())],
    ['line-ends', tree((value) => value.replaceAll('\n', '\r\n'))],
    ['line-ends', canonical.replaceAll('\n', '\r\n')],
    ['line-ends', tree((value) => value.replaceAll(/\r\n?/g, '\n'))],
    ['unicode-normalised', tree((value) => value.normalize('NFC'))],
    ['unicode-normalised', tree((value) => value.normalize('NFD'))],
    // Bytes that are UTF-8 again: the text was encoded twice. Otherwise Latin-1 was hashed.
    [isUtf8(latin1) ? 'encoding' : 'latin1-digest', latin1],
    ['encoding', Buffer.from(canonical, 'utf8').toString('latin1')],
    ['inclusive-c14n', canonicalise(bare, { inclusive: { inherited } })],
    ['inclusive-c14n', canonicalise(bare, { inclusive: { inherited: new Map() } })],
    ['not-canonical', raw.unsigned],
    ['xml-declaration', `<?xml version="1.0" encoding="UTF-8"?>${canonical}`],
    ['final-newline', `${canonical}\n`],
    ['not-enveloped', canonicalise(assertion)],
    ['not-enveloped', raw.whole],
  ];

  const digest = Buffer.from(shape.digest);
  const found = attempts.find(([, bytes]) => createHash('sha256').update(bytes).digest().equals(digest));
  if (found) return found[0];

  // Another hash, or another way to write it.
  if (createHash('sha1').update(canonical).digest().equals(digest)) return 'sha1';
  if (createHash('sha512').update(canonical).digest().equals(digest)) return 'sha512';
  if (digest.toString('latin1').toLowerCase() === createHash('sha256').update(canonical).digest('hex')) {
    return 'hexadecimal';
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

/** Tells a wrong key from a changed SignedInfo, and the usual mistakes by trying them. */
export function valueCause(located: Located, shape: SignatureShape, certificate: Certificate): ValueCause {
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
    if (holds(Uint8Array.from(shape.value).reverse(), constants.RSA_PKCS1_PADDING)) return 'reversed-bytes';
    return holds(shape.value, constants.RSA_PKCS1_PSS_PADDING) ? 'pss' : 'other-key';
  }
  if (real.algorithm !== sha256Oid) return 'other-hash';

  // The key is right: something else than SignedInfo was signed.
  const first = createHash('sha256').update(signedInfo).digest();
  const inherited = new Map([
    ...located.inherited,
    [shape.signature.prefix, shape.signature.namespace] as const,
    [located.assertion.prefix, located.assertion.namespace] as const,
  ]);
  const attempts: readonly Attempt<ValueCause>[] = [
    ['signed-assertion', canonicalise(located.assertion, { without: shape.signature })],
    ['hashed-twice', first],
    ['hashed-twice', first.toString('hex')],
    ['signed-info-namespace', signedInfo.replace(/ xmlns(?::[\w.-]+)?="[^"]*"/, '')],
    ['signed-info-inclusive', canonicalise(shape.signedInfo, { inclusive: { inherited } })],
    ['signed-info-reindented', canonicalise(withoutIndent(shape.signedInfo))],
  ];

  const digest = Buffer.from(real.digest);
  return (
    attempts.find(([, bytes]) => createHash('sha256').update(bytes).digest().equals(digest))?.[0] ??
    'signed-info-changed'
  );
}
