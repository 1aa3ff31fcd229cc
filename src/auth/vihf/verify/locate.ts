import type { Finding } from '../../../errors.ts';
import { faultOf } from '../../../internal/fault.ts';
import { childElements, descendants, readXml, xmlFaults, type ReadElement } from '../../../internal/xml/index.ts';
import { samlAssertion } from '../names.ts';
import { declarationsOf } from '../../xml-signature/attributes.ts';
import { inputLimits } from './limits.ts';
import type { Located } from './located.ts';
import { finding } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** Path, from the root, of an assertion in its SOAP envelope. */
const envelopePath = [
  ['Envelope', soap12],
  ['Header', soap12],
  ['Security', wsse],
] as const;

/** What was read; `located` is absent when a finding forbids going on. */
export interface Location {
  readonly located: Located | null;
  readonly findings: readonly Finding[];
}

const ncName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

function is(element: ReadElement | undefined, [name, namespace]: readonly [string, string]): boolean {
  return element?.localName === name && element.namespace === namespace;
}

function decode(input: string | Uint8Array): string | null {
  if (typeof input === 'string') return input;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch {
    return null;
  }
}

/** Every attribute that some reader could take for an identifier, in any case, with any prefix. */
function identifiersEqualTo(root: ReadElement, id: string): number {
  let count = 0;
  for (const element of descendants(root)) {
    for (const { localName, value } of element.attributes) {
      if (localName.toLowerCase() === 'id' && value === id) count += 1;
    }
  }
  return count;
}

function place(root: ReadElement): { assertion: ReadElement; path: string; around: ReadElement[] } | null {
  if (is(root, ['Assertion', samlAssertion])) return { assertion: root, path: '/Assertion', around: [] };
  const around: ReadElement[] = [];
  let current: ReadElement | undefined = root;
  for (const step of envelopePath) {
    if (!current || !is(current, step)) return null;
    around.push(current);
    const next: readonly [string, string] = envelopePath[around.length] ?? ['Assertion', samlAssertion];
    const found: ReadElement[] = childElements(current, ...next);
    if (found.length !== 1) return null;
    current = found[0];
  }
  return current ? { assertion: current, path: '/Envelope/Header/Security/Assertion', around } : null;
}

/** Reads the text, or says why it is no XML that may carry an assertion. */
function readText(source: string): ReadElement | Finding {
  if (source.includes('<![CDATA[')) return finding(vihfRules, 'XML-CDATA', { path: '/' });

  try {
    // As bytes, so that a declared encoding other than UTF-8 is refused.
    return readXml(Buffer.from(source, 'utf8'), inputLimits);
  } catch (error) {
    const fault = faultOf(error, xmlFaults);
    if (fault === null) throw error;

    const isCharacter = fault === 'character' || fault === 'character-reference';
    return isCharacter
      ? finding(vihfRules, 'XML-CHARACTER', { path: '/' })
      : finding(vihfRules, 'XML-READ', { path: '/', case: fault });
  }
}

/**
 * Finds the one assertion, and refuses XML signature wrapping: a document in which the signature
 * covers one assertion while the reader takes another. So there is exactly one element that anybody
 * could take for an assertion, it stands where it belongs, and its identifier is on no other
 * element.
 */
function findAssertion(source: string, root: ReadElement): Located | Finding {
  const candidates = [...descendants(root)].filter(({ localName }) => /^(?:Encrypted)?Assertion$/i.test(localName));
  if (candidates.length !== 1) {
    return finding(vihfRules, 'SAML-COUNT', { path: '/', found: String(candidates.length) });
  }

  const placed = place(root);
  if (!placed) return finding(vihfRules, 'SAML-PLACE', { path: '/' });

  const { assertion, path, around } = placed;
  const id = assertion.attributes.find(({ name }) => name === 'ID')?.value;
  if (id === undefined || !ncName.test(id)) return finding(vihfRules, 'SAML-ID', { path: `${path}/@ID` });

  const bearers = identifiersEqualTo(root, id);
  if (bearers !== 1) {
    return finding(vihfRules, 'SAML-ID-UNIQUE', { path: `${path}/@ID`, found: String(bearers) });
  }

  const inherited = new Map(around.flatMap((element) => [...declarationsOf(element)]));
  return { source, assertion, id, path, inherited };
}

/**
 * Reads a text and finds its one assertion: alone, or a direct child of `wsse:Security` in the
 * header of a SOAP 1.2 envelope. Comments, processing instructions, CDATA and DOCTYPE are refused:
 * each has served to hide text from a reader that the signature does not hide it from.
 */
export function locateAssertion(input: string | Uint8Array): Location {
  const refuse = (reason: Finding): Location => ({ located: null, findings: [reason] });

  // By length first: what is too long is neither decoded nor copied.
  if (input.length > inputLimits.maxBytes) {
    const place = { path: '/', found: String(input.length), expected: `≤ ${inputLimits.maxBytes}` };
    return refuse(finding(vihfRules, 'XML-READ', { ...place, case: 'too-long' }));
  }

  const source = decode(input);
  if (source === null) return refuse(finding(vihfRules, 'XML-ENCODING', { path: '/' }));

  const root = readText(source);
  if ('rule' in root) return refuse(root);

  const located = findAssertion(source, root);
  return 'rule' in located ? refuse(located) : { located, findings: [] };
}
