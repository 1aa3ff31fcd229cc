import { isTerrESanteError, type Finding } from '../../../errors.ts';
import { childElements, descendants, readXml, type ReadElement } from '../../../internal/xml/index.ts';
import { samlAssertion } from '../names.ts';
import { declarationsOf } from '../../xml-signature/attributes.ts';
import { inputLimits } from './limits.ts';
import { problem } from './problem.ts';

const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** Path, from the root, of an assertion in its SOAP envelope. */
const envelopePath = [
  ['Envelope', soap12],
  ['Header', soap12],
  ['Security', wsse],
] as const;

/** The one assertion of a text. */
export interface Located {
  /** The whole text as it came, decoded. */
  readonly source: string;
  readonly assertion: ReadElement;
  readonly id: string;
  readonly path: string;
  /** Declarations in scope around it. */
  readonly inherited: ReadonlyMap<string, string>;
}

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

/** Every attribute that some reader could take for an identifier, whatever its case and prefix. */
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

/**
 * Reads a text and finds its one assertion: alone, or a direct child of `wsse:Security` in the
 * header of a SOAP 1.2 envelope. Comments, processing instructions, CDATA and DOCTYPE are refused:
 * each has served to hide text from a reader that the signature does not hide it from.
 */
export function locateAssertion(input: string | Uint8Array): Location {
  const refuse = (...parts: Parameters<typeof problem>): Location => ({ located: null, findings: [problem(...parts)] });
  // By length first: what is too long is neither decoded nor copied.
  if (input.length > inputLimits.maxBytes) {
    return refuse('XML-READ', '/', 'Le texte est trop long pour une assertion.', 'The text is too long.', {
      found: String(input.length),
      expected: `≤ ${inputLimits.maxBytes}`,
      fix: "Donnez l'assertion seule, ou l'enveloppe sans les documents.",
    });
  }
  const source = decode(input);
  if (source === null) {
    return refuse('XML-ENCODING', '/', "Le contenu n'est pas en UTF-8.", 'The content is not UTF-8.', {
      fix: "Transmettez les octets de l'assertion sans les convertir.",
    });
  }
  if (source.includes('<![CDATA[')) {
    return refuse('XML-CDATA', '/', 'Une section CDATA est présente.', 'A CDATA section is present.', {
      fix: 'Une assertion signée ne contient pas de section CDATA.',
    });
  }
  let root: ReadElement;
  try {
    // As bytes, so that a declared encoding other than UTF-8 is refused.
    root = readXml(Buffer.from(source, 'utf8'), inputLimits);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    if (/caractère interdit/.test(error.message)) {
      return refuse(
        'XML-CHARACTER',
        '/',
        'Un caractère interdit en XML est présent.',
        'A character that XML 1.0 forbids is present.',
        { fix: 'Retirez les caractères de contrôle avant de signer.' },
      );
    }
    return refuse('XML-READ', '/', error.message, 'The XML is malformed or holds what an assertion must not hold.', {
      fix: 'Ni DOCTYPE, ni commentaire, ni instruction de traitement dans un message qui porte une assertion.',
    });
  }
  const everywhere = [...descendants(root)];
  const named = everywhere.filter(({ localName }) => /^(?:Encrypted)?Assertion$/i.test(localName));
  if (named.length !== 1) {
    return refuse('SAML-COUNT', '/', 'Il faut exactement une assertion.', 'Exactly one assertion is expected.', {
      found: String(named.length),
      expected: '1',
    });
  }
  const at = place(root);
  if (!at) {
    return refuse('SAML-PLACE', '/', "L'assertion n'est pas à sa place.", 'The assertion is not where it belongs.', {
      expected: '/Assertion ou /Envelope/Header/Security/Assertion (SOAP 1.2)',
      reference: 'CI-SIS, Volet Transport synchrone pour client lourd; WS-Security SAML Token Profile 1.1',
    });
  }
  const { assertion, path, around } = at;
  const id = assertion.attributes.find(({ name }) => name === 'ID')?.value ?? '';
  if (!ncName.test(id)) {
    return refuse(
      'SAML-ID',
      `${path}/@ID`,
      "L'identifiant de l'assertion est absent ou n'est pas un NCName.",
      'ID is absent or not an NCName.',
      {
        expected: 'une lettre ou un tiret bas en tête : un UUID seul peut commencer par un chiffre',
        fix: 'Préfixez le UUID par « _ ».',
      },
    );
  }
  if (identifiersEqualTo(root, id) !== 1) {
    return refuse(
      'SAML-ID-UNIQUE',
      `${path}/@ID`,
      "L'identifiant de l'assertion est porté par plusieurs attributs.",
      'The ID value is on several attributes.',
      {
        expected: '1',
      },
    );
  }
  const inherited = new Map<string, string>();
  for (const element of around) {
    for (const [prefix, namespace] of declarationsOf(element)) inherited.set(prefix, namespace);
  }
  return { located: { source, assertion, id, path, inherited }, findings: [] };
}
