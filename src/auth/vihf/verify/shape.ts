import type { Finding } from '../../../errors.ts';
import { childElements, descendants, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import { envelopedTransform, exclusiveC14n, rsaSha256, sha256Digest, xmldsig } from '../../xml-signature/enveloped.ts';
import type { Located } from './located.ts';
import { closedAttributes } from './closed-attributes.ts';
import { finding, type FindingPlace } from '../../../internal/finding.ts';
import { ShapeError } from './shape-error.ts';
import { vihfRules } from '../rules/index.ts';

/** A signature of the one accepted form. */
export interface SignatureShape {
  readonly signature: ReadElement;
  readonly signedInfo: ReadElement;
  readonly digest: Uint8Array;
  readonly value: Uint8Array;
  readonly certificate: Uint8Array;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

type ShapeRule = `SIG-${'COUNT' | 'PLACE' | 'SHAPE' | 'BASE64' | 'C14N' | 'ALGORITHM' | 'TRANSFORM' | 'REFERENCE'}`;

function refuse(rule: ShapeRule, path: string, place: Pick<FindingPlace, 'found' | 'expected'> = {}): never {
  throw new ShapeError(finding(vihfRules, rule, { path, ...place }));
}

/** The attributes of an element of a signature: these and no other. */
function attributesOf<R extends string>(element: ReadElement, path: string, required: readonly R[]): Record<R, string> {
  return closedAttributes(element, { required }, (fault, name) =>
    refuse('SIG-SHAPE', `${path}/@${name}`, { expected: fault === 'missing' ? '1' : null }),
  );
}

/**
 * The children of an element, which must be exactly these, in order, with nothing but white space
 * between.
 */
function children<N extends readonly string[]>(
  element: ReadElement,
  path: string,
  names: N,
): { [K in keyof N]: ReadElement } {
  const found = childElements(element);
  const hasText = element.children.some((child) => typeof child === 'string' && child.trim() !== '');
  const isSame =
    found.length === names.length &&
    found.every((child, index) => child.localName === names[index] && child.namespace === xmldsig);

  if (hasText || !isSame) {
    const shown = found.slice(0, 12).map(({ localName }) => localName.slice(0, 40));
    refuse('SIG-SHAPE', path, { found: shown.join(', '), expected: names.join(', ') });
  }
  return found as { [K in keyof N]: ReadElement };
}

function bytes(element: ReadElement, path: string): Uint8Array {
  attributesOf(element, path, []);
  const value = textOf(element).replaceAll(/[ \t\r\n]+/g, '');

  const isOne = childElements(element).length === 0 && value !== '' && value.length <= 40_000 && base64.test(value);
  return isOne ? Buffer.from(value, 'base64') : refuse('SIG-BASE64', path);
}

const algorithmName = /^http:\/\/www\.w3\.org\/(?!.*\d{6})[\w/.#-]{1,80}$/;

/** An element that names the one accepted algorithm, and gives it no parameter. */
function algorithm(element: ReadElement, path: string, expected: string, rule: ShapeRule): void {
  const { Algorithm: found } = attributesOf(element, path, ['Algorithm']);
  if (found !== expected) {
    // Shown when it is the name of an algorithm: an attribute may hold anything.
    refuse(rule, `${path}/@Algorithm`, { found: algorithmName.test(found) ? found : null, expected });
  }
  if (element.children.some((child) => typeof child !== 'string' || child.trim() !== '')) {
    refuse('SIG-SHAPE', path, { expected: '0' });
  }
}

/** The one signature of an assertion: right after its issuer, and nowhere else in it. */
function findSignature({ assertion, path }: Located): ReadElement {
  const all = [...descendants(assertion)].filter(({ localName }) => localName === 'Signature');
  const [signature] = all;
  if (all.length !== 1 || !signature) refuse('SIG-COUNT', path, { found: String(all.length) });

  const [issuer, second] = childElements(assertion);
  if (second !== signature || issuer?.localName !== 'Issuer' || signature.namespace !== xmldsig) {
    refuse('SIG-PLACE', path);
  }
  return signature;
}

/** `Reference`: the assertion by its ID, enveloped then exclusive, SHA-256. Gives the digest. */
function readReference(reference: ReadElement, path: string, id: string): Uint8Array {
  const { URI: uri } = attributesOf(reference, path, ['URI']);
  if (uri !== `#${id}`) refuse('SIG-REFERENCE', `${path}/@URI`);

  const parts = ['Transforms', 'DigestMethod', 'DigestValue'] as const;
  const [transforms, digestMethod, digestValue] = children(reference, path, parts);

  const transformsPath = `${path}/Transforms`;
  attributesOf(transforms, transformsPath, []);
  const [first, second] = children(transforms, transformsPath, ['Transform', 'Transform'] as const);
  algorithm(first, `${transformsPath}/Transform[1]`, envelopedTransform, 'SIG-TRANSFORM');
  algorithm(second, `${transformsPath}/Transform[2]`, exclusiveC14n, 'SIG-TRANSFORM');

  algorithm(digestMethod, `${path}/DigestMethod`, sha256Digest, 'SIG-ALGORITHM');
  return bytes(digestValue, `${path}/DigestValue`);
}

/** `SignedInfo`: exclusive canonicalisation, RSA-SHA256, one reference. Gives the digest. */
function readSignedInfo(signedInfo: ReadElement, path: string, id: string): Uint8Array {
  attributesOf(signedInfo, path, []);
  const parts = ['CanonicalizationMethod', 'SignatureMethod', 'Reference'] as const;
  const [c14n, method, reference] = children(signedInfo, path, parts);

  algorithm(c14n, `${path}/CanonicalizationMethod`, exclusiveC14n, 'SIG-C14N');
  algorithm(method, `${path}/SignatureMethod`, rsaSha256, 'SIG-ALGORITHM');
  return readReference(reference, `${path}/Reference`, id);
}

/** `KeyInfo`: one certificate and nothing else. */
function readKeyInfo(keyInfo: ReadElement, path: string): Uint8Array {
  attributesOf(keyInfo, path, []);
  const [data] = children(keyInfo, path, ['X509Data'] as const);

  attributesOf(data, `${path}/X509Data`, []);
  const [certificate] = children(data, `${path}/X509Data`, ['X509Certificate'] as const);
  return bytes(certificate, `${path}/X509Data/X509Certificate`);
}

function read(located: Located): SignatureShape {
  const signature = findSignature(located);
  const path = `${located.path}/Signature`;
  attributesOf(signature, path, []);

  const parts = ['SignedInfo', 'SignatureValue', 'KeyInfo'] as const;
  const [signedInfo, signatureValue, keyInfo] = children(signature, path, parts);
  return {
    signature,
    signedInfo,
    digest: readSignedInfo(signedInfo, `${path}/SignedInfo`, located.id),
    value: bytes(signatureValue, `${path}/SignatureValue`),
    certificate: readKeyInfo(keyInfo, `${path}/KeyInfo`),
  };
}

/**
 * The signature of an assertion, when it has the one accepted form; otherwise what departs from it.
 */
export function readSignature(located: Located): {
  readonly shape: SignatureShape | null;
  readonly findings: readonly Finding[];
} {
  try {
    return { shape: read(located), findings: [] };
  } catch (error) {
    if (error instanceof ShapeError) return { shape: null, findings: [error.finding] };
    throw error;
  }
}
