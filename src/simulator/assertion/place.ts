import { childElements, descendants, readXml, type ReadElement } from '../../internal/xml/index.ts';
import { ds, isDeclaration, saml } from './grammar.ts';
import { RefusedAssertion, rejected } from './model.ts';

const soap = 'http://www.w3.org/2003/05/soap-envelope';
const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** No comment, instruction, DOCTYPE or CDATA: each hides text from one reader only. */
export const strictXml = {
  maxBytes: 1024 * 1024,
  maxDepth: 40,
  maxElements: 10_000,
  maxAttributes: 32,
  allowComments: false,
  allowProcessingInstructions: false,
} as const;

/** How large one assertion may be, before anything is hashed. */
const assertionSize = { elements: 500, depth: 12, attributes: 16, declarations: 128, namespace: 256 } as const;

/** An assertion where it belongs, and its identifier. */
export interface PlacedAssertion {
  readonly assertion: ReadElement;
  readonly id: string;
  /** The elements around it, the outermost first. */
  readonly around: readonly ReadElement[];
}

/** Finds the one assertion of a text, alone or in the security header of a SOAP envelope. */
export function placeAssertion(xml: string): PlacedAssertion {
  if (xml.length === 0) throw new RefusedAssertion('assertion-absent', 'absent');
  if (xml.length > strictXml.maxBytes || xml.includes('<![CDATA[')) throw rejected('form');

  const root = readStrictly(xml);
  const elements = [...descendants(root)];

  // One element that any reader could take for an assertion, where it belongs.
  const [assertion, ...others] = elements.filter(({ localName }) => /^(?:encrypted)?assertion$/i.test(localName));
  if (!assertion || others.length > 0) throw rejected('assertions');
  const around = pathTo(root, assertion);

  // Its identifier, which no other element bears, in any spelling of the attribute.
  const id = assertion.attributes.find(({ name }) => name === 'ID')?.value ?? '';
  const bearers = elements.flatMap(({ attributes }) =>
    attributes.filter(({ localName, value }) => localName.toLowerCase() === 'id' && value === id),
  );
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(id) || bearers.length !== 1) throw rejected('identifier');

  return { assertion, id, around };
}

/** As bytes, so that another encoding than UTF-8 is refused where it is declared. */
function readStrictly(xml: string): ReadElement {
  try {
    return readXml(Buffer.from(xml, 'utf8'), strictXml);
  } catch {
    throw rejected('xml');
  }
}

/** The envelope, its header and its security header; nothing when the assertion stands alone. */
function pathTo(root: ReadElement, assertion: ReadElement): ReadElement[] {
  if (root === assertion && isNamed(root, 'Assertion', saml)) return [];

  const header = childElements(root, 'Header', soap);
  const security = header.flatMap((node) => childElements(node, 'Security', wsse));
  const held = security.flatMap((node) => childElements(node, 'Assertion', saml));
  const single = header.length === 1 && security.length === 1 && held.length === 1 && held[0] === assertion;
  if (!isNamed(root, 'Envelope', soap) || !single) throw rejected('place');
  return [root, ...header, ...security];
}

function isNamed({ localName, namespace }: ReadElement, name: string, expected: string): boolean {
  return localName === name && namespace === expected;
}

/** Refuses what no assertion needs: its canonical form could be very long. */
export function checkSize({ assertion, around }: PlacedAssertion): void {
  // What is declared around it counts once for each prefix.
  const inherited = new Map(around.flatMap(declarationsOf));
  const inside: string[] = [];
  const size = { elements: 0, depth: 0, attributes: 0, declarations: 0, namespace: 0 };

  for (let level = [assertion]; level.length > 0; level = level.flatMap((element) => childElements(element))) {
    size.depth += 1;
    size.elements += level.length;
    size.attributes = Math.max(size.attributes, ...level.map(({ attributes }) => attributes.length));
    inside.push(...level.flatMap(declarationsOf).map(([, namespace]) => namespace));
  }

  const namespaces = [...inherited.values(), ...inside];
  size.declarations = namespaces.length;
  size.namespace = Math.max(0, ...namespaces.map(({ length }) => length));

  for (const [name, max] of Object.entries(assertionSize)) {
    if (size[name as keyof typeof assertionSize] > max) throw rejected(`size-${name}`);
  }
}

function declarationsOf({ attributes }: ReadElement): [prefix: string, namespace: string][] {
  return attributes.filter(isDeclaration).map(({ name, value }) => [name, value]);
}

/** The signature of an assertion: right after its issuer, and the only one in it. */
export function signatureOf({ assertion }: PlacedAssertion): ReadElement {
  const [, second] = childElements(assertion);
  const all = [...descendants(assertion)].filter(({ localName }) => localName === 'Signature');
  if (all.length !== 1 || !second || second !== all[0] || second.namespace !== ds) throw rejected('signatures');
  return second;
}
