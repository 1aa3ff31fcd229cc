import type { Finding } from '../../../errors.ts';
import { childElements, descendants, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import { envelopedTransform, exclusiveC14n, rsaSha256, sha256Digest, xmldsig } from '../../xml-signature/enveloped.ts';
import type { Located } from './locate.ts';
import { isDeclaration } from '../../xml-signature/attributes.ts';
import { problem } from './problem.ts';

/** A signature of the one accepted form. */
export interface SignatureShape {
  readonly signature: ReadElement;
  readonly signedInfo: ReadElement;
  readonly digest: Uint8Array;
  readonly value: Uint8Array;
  readonly certificate: Uint8Array;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

class ShapeError extends Error {
  readonly finding: Finding;
  constructor(finding: Finding) {
    super(finding.rule);
    this.finding = finding;
  }
}

function refuse(...parts: Parameters<typeof problem>): never {
  throw new ShapeError(problem(...parts));
}

/** The attributes of an element, which must be these and no other (declarations apart). */
function attributes(element: ReadElement, path: string, required: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const attribute of element.attributes) {
    if (isDeclaration(attribute)) continue;
    if (attribute.namespace !== '' || !required.includes(attribute.name)) {
      refuse(
        'SIG-SHAPE',
        `${path}/@${attribute.name}`,
        'Attribut inattendu dans la signature.',
        'Unexpected attribute in the signature.',
      );
    }
    out[attribute.name] = attribute.value;
  }
  for (const name of required) {
    if (out[name] === undefined) {
      refuse('SIG-SHAPE', `${path}/@${name}`, 'Attribut absent de la signature.', 'Missing attribute.');
    }
  }
  return out;
}

/**
 * The children of an element, which must be exactly these, in order, with nothing but white space
 * between.
 */
function children(element: ReadElement, path: string, names: readonly string[]): ReadElement[] {
  const found = childElements(element);
  const stray = element.children.some((child) => typeof child === 'string' && child.trim() !== '');
  const same =
    found.length === names.length &&
    found.every((child, index) => child.localName === names[index] && child.namespace === xmldsig);
  if (stray || !same) {
    refuse(
      'SIG-SHAPE',
      path,
      "La signature n'a pas la forme attendue.",
      'The signature does not have the accepted form.',
      {
        found: found
          .map(({ localName }) => localName.slice(0, 40))
          .slice(0, 12)
          .join(', '),
        expected: names.join(', '),
        fix: "Un seul SignedInfo, une seule Reference, un seul certificat, rien d'autre.",
      },
    );
  }
  return found;
}

function bytes(element: ReadElement, path: string): Uint8Array {
  attributes(element, path, []);
  const value = textOf(element).replaceAll(/[ \t\r\n]+/g, '');
  if (childElements(element).length > 0 || value === '' || value.length > 40_000 || !base64.test(value)) {
    refuse('SIG-BASE64', path, "Valeur absente, ou qui n'est pas du base64.", 'The value is absent or no base64.');
  }
  return Buffer.from(value, 'base64');
}

const algorithmName = /^http:\/\/www\.w3\.org\/(?!.*\d{6})[\w/.#-]{1,80}$/;

function algorithm(element: ReadElement, path: string, expected: string, rule: string, fix: string): void {
  const { Algorithm: found = '' } = attributes(element, path, ['Algorithm']);
  if (found !== expected) {
    refuse(rule, `${path}/@Algorithm`, 'Algorithme refusé.', 'This algorithm is not accepted.', {
      // Shown when it is the name of an algorithm: an attribute may hold anything.
      found: algorithmName.test(found) ? found : undefined,
      expected,
      fix,
    });
  }
  if (element.children.some((child) => typeof child !== 'string' || child.trim() !== '')) {
    refuse('SIG-SHAPE', path, "L'algorithme porte un paramètre.", 'The algorithm has a parameter.', {
      expected: 'aucun',
    });
  }
}

function read({ assertion, id, path: assertionPath }: Located): SignatureShape {
  const all = [...descendants(assertion)].filter(({ localName }) => localName === 'Signature');
  const direct = childElements(assertion);
  const signature = all[0];
  if (all.length !== 1 || !signature) {
    refuse(
      'SIG-COUNT',
      assertionPath,
      all.length === 0 ? "L'assertion n'est pas signée." : 'Plusieurs signatures.',
      'Exactly one signature is expected.',
      {
        found: String(all.length),
        expected: '1',
      },
    );
  }
  if (direct.indexOf(signature) !== 1 || direct[0]?.localName !== 'Issuer' || signature.namespace !== xmldsig) {
    refuse(
      'SIG-PLACE',
      assertionPath,
      "La signature doit suivre l'élément Issuer.",
      'Signature must come right after Issuer.',
    );
  }
  const path = `${assertionPath}/Signature`;
  attributes(signature, path, []);
  const [signedInfo, signatureValue, keyInfo] = children(signature, path, [
    'SignedInfo',
    'SignatureValue',
    'KeyInfo',
  ]) as [ReadElement, ReadElement, ReadElement];
  attributes(signedInfo, `${path}/SignedInfo`, []);
  const [c14n, method, reference] = children(signedInfo, `${path}/SignedInfo`, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]) as [ReadElement, ReadElement, ReadElement];
  algorithm(
    c14n,
    `${path}/SignedInfo/CanonicalizationMethod`,
    exclusiveC14n,
    'SIG-C14N',
    'Canonisation exclusive, sans commentaires.',
  );
  algorithm(
    method,
    `${path}/SignedInfo/SignatureMethod`,
    rsaSha256,
    'SIG-ALGORITHM',
    'Signez en RSA-SHA256 : SHA-1 et HMAC sont refusés.',
  );
  const referencePath = `${path}/SignedInfo/Reference`;
  const { URI: uri } = attributes(reference, referencePath, ['URI']);
  if (uri !== `#${id}`) {
    refuse(
      'SIG-REFERENCE',
      `${referencePath}/@URI`,
      "La signature ne désigne pas l'assertion.",
      'The reference does not name the assertion.',
      {
        expected: "# et l'ID de l'assertion",
      },
    );
  }
  const [transforms, digestMethod, digestValue] = children(reference, referencePath, [
    'Transforms',
    'DigestMethod',
    'DigestValue',
  ]) as [ReadElement, ReadElement, ReadElement];
  attributes(transforms, `${referencePath}/Transforms`, []);
  const [first, second] = children(transforms, `${referencePath}/Transforms`, ['Transform', 'Transform']) as [
    ReadElement,
    ReadElement,
  ];
  algorithm(
    first,
    `${referencePath}/Transforms/Transform[1]`,
    envelopedTransform,
    'SIG-TRANSFORM',
    'Transformation « enveloped-signature » en premier.',
  );
  algorithm(
    second,
    `${referencePath}/Transforms/Transform[2]`,
    exclusiveC14n,
    'SIG-TRANSFORM',
    'Canonisation exclusive en second.',
  );
  algorithm(digestMethod, `${referencePath}/DigestMethod`, sha256Digest, 'SIG-ALGORITHM', 'Empreinte SHA-256.');
  attributes(keyInfo, `${path}/KeyInfo`, []);
  const [data] = children(keyInfo, `${path}/KeyInfo`, ['X509Data']) as [ReadElement];
  attributes(data, `${path}/KeyInfo/X509Data`, []);
  const [certificate] = children(data, `${path}/KeyInfo/X509Data`, ['X509Certificate']) as [ReadElement];
  return {
    signature,
    signedInfo,
    digest: bytes(digestValue, `${referencePath}/DigestValue`),
    value: bytes(signatureValue, `${path}/SignatureValue`),
    certificate: bytes(certificate, `${path}/KeyInfo/X509Data/X509Certificate`),
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
