import { isTerrESanteError, type Finding } from '../../../errors.ts';
import { parseUtc } from '../../../internal/hl7-time.ts';
import { childElements, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import type { VihfCode } from '../codes.ts';
import { hl7v3, samlAssertion, x509SubjectName, xsi } from '../names.ts';
import { ShapeError } from './shape-error.ts';
import { isDeclaration } from '../../xml-signature/attributes.ts';
import { finding, type CaseOf, type FindingPlace } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

/** A value of an attribute: a string, or a coded value with the name of its element. @group VIHF */
export type VihfValue = string | (VihfCode & { readonly element: string });

/** An assertion as it reads, before any rule about its meaning. */
export interface AssertionContent {
  readonly id: string;
  readonly issuedAt: number;
  readonly issuer: string;
  readonly nameId: string;
  /** One for each SubjectConfirmation. */
  readonly confirmations: readonly {
    readonly method: string;
    readonly recipient: string | null;
    readonly notBefore: number | null;
    readonly notOnOrAfter: number | null;
  }[];
  readonly notBefore: number | null;
  readonly notOnOrAfter: number | null;
  /** One list for each AudienceRestriction: each of them must hold the receiver. */
  readonly audiences: readonly (readonly string[])[];
  readonly authnInstant: number;
  readonly sessionNotOnOrAfter: number | null;
  readonly contextClass: string;
  readonly contextDeclaration: string | null;
  readonly attributes: ReadonlyMap<string, readonly VihfValue[]>;
}

type GrammarCase = CaseOf<(typeof vihfRules)['SAML-GRAMMAR']>;

function refuse(path: string, fault: GrammarCase, expected?: string, values?: FindingPlace['values']): never {
  throw new ShapeError(finding(vihfRules, 'SAML-GRAMMAR', { path, case: fault, expected, values }));
}

/** Attributes of an element: only known ones, the required ones present. */
function attributes(
  element: ReadElement,
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Record<string, string | undefined> {
  const out: Record<string, string | undefined> = {};
  for (const attribute of element.attributes) {
    if (isDeclaration(attribute)) continue;
    if (attribute.namespace !== '' || !(required.includes(attribute.name) || optional.includes(attribute.name))) {
      refuse(path, 'unexpected-attribute', [...required, ...optional].join(', '));
    }
    out[attribute.name] = attribute.value;
  }

  for (const name of required) {
    if (out[name] === undefined) refuse(`${path}/@${name}`, 'missing-attribute');
  }
  return out;
}

function elements(element: ReadElement, path: string): ReadElement[] {
  if (element.children.some((child) => typeof child === 'string' && child.trim() !== '')) {
    refuse(path, 'stray-text');
  }
  const found = childElements(element);
  for (const child of found) {
    if (child.namespace !== samlAssertion) refuse(path, 'foreign-element');
  }
  return found;
}

/** Takes children by name, in order, and refuses what is left. */
class Sequence {
  readonly #items: ReadElement[];
  readonly #path: string;
  constructor(element: ReadElement, path: string) {
    this.#items = elements(element, path);
    this.#path = path;
  }
  optional(name: string): ReadElement | null {
    return this.#items[0]?.localName === name ? (this.#items.shift() ?? null) : null;
  }
  one(name: string): ReadElement {
    return this.optional(name) ?? refuse(`${this.#path}/${name}`, 'missing-element', undefined, { element: name });
  }
  many(name: string): ReadElement[] {
    const out: ReadElement[] = [];
    for (let next = this.optional(name); next; next = this.optional(name)) out.push(next);
    return out;
  }
  end(): void {
    const [left] = this.#items;
    if (left) {
      refuse(this.#path, 'unexpected-element');
    }
  }
}

function leaf(element: ReadElement, path: string): string {
  if (childElements(element).length > 0) refuse(path, 'text-only');
  return textOf(element);
}

function instant(value: string, path: string): number {
  try {
    return parseUtc(value);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
  }
  return refuse(path, 'date', 'YYYY-MM-DDThh:mm:ssZ');
}

function optionalInstant(value: string | undefined, path: string): number | null {
  return value === undefined ? null : instant(value, path);
}

function readSubject(element: ReadElement, path: string): Pick<AssertionContent, 'nameId' | 'confirmations'> {
  attributes(element, path, []);

  const items = new Sequence(element, path);
  const name = items.one('NameID');
  // With a qualifier the same text would name another person.
  attributes(name, `${path}/NameID`, [], ['Format']);

  const confirmations = items.many('SubjectConfirmation').map((confirmation) => {
    const at = `${path}/SubjectConfirmation`;
    const { Method: method = '' } = attributes(confirmation, at, ['Method']);

    const inner = new Sequence(confirmation, at);
    const data = inner.optional('SubjectConfirmationData');
    inner.end();
    const facts = data
      ? attributes(
          data,
          `${at}/SubjectConfirmationData`,
          [],
          ['NotBefore', 'NotOnOrAfter', 'Recipient', 'InResponseTo', 'Address'],
        )
      : {};
    if (data && childElements(data).length > 0) refuse(at, 'unexpected-content');

    return {
      method,
      recipient: facts['Recipient'] ?? null,
      notBefore: optionalInstant(facts['NotBefore'], `${at}/@NotBefore`),
      notOnOrAfter: optionalInstant(facts['NotOnOrAfter'], `${at}/@NotOnOrAfter`),
    };
  });
  items.end();
  return { nameId: leaf(name, `${path}/NameID`), confirmations };
}

function readConditions(
  element: ReadElement | null,
  path: string,
): Pick<AssertionContent, 'notBefore' | 'notOnOrAfter' | 'audiences'> {
  if (!element) return { notBefore: null, notOnOrAfter: null, audiences: [] };
  const { NotBefore: from, NotOnOrAfter: to } = attributes(element, path, [], ['NotBefore', 'NotOnOrAfter']);

  const items = new Sequence(element, path);
  const audiences = items.many('AudienceRestriction').map((restriction) => {
    attributes(restriction, `${path}/AudienceRestriction`, []);
    const inner = new Sequence(restriction, `${path}/AudienceRestriction`);
    const list = inner.many('Audience').map((audience) => leaf(audience, `${path}/AudienceRestriction/Audience`));
    inner.end();
    return list;
  });
  // An unknown condition makes the validity unknown (SAML 2.0 Core, section 2.5.1.1): refused.
  items.end();
  return {
    notBefore: optionalInstant(from, `${path}/@NotBefore`),
    notOnOrAfter: optionalInstant(to, `${path}/@NotOnOrAfter`),
    audiences,
  };
}

function readCoded(element: ReadElement, path: string): VihfCode & { element: string } {
  const out: Record<string, string> = {};
  for (const attribute of element.attributes) {
    if (isDeclaration(attribute)) continue;
    const known =
      attribute.namespace === ''
        ? ['code', 'codeSystem', 'codeSystemName', 'displayName'].includes(attribute.name)
        : attribute.namespace === xsi && attribute.localName === 'type';
    if (!known) {
      refuse(path, 'coded-attribute');
    }
    out[attribute.localName] = attribute.value;
  }
  if (
    element.namespace !== hl7v3 ||
    element.children.some((child) => typeof child !== 'string' || child.trim() !== '')
  ) {
    refuse(path, 'coded-value', hl7v3);
  }
  if (out['type'] !== 'CE' && out['type']?.endsWith(':CE') !== true) {
    refuse(path, 'coded-type', 'xsi:type="CE"');
  }

  const { code = '', codeSystem = '', codeSystemName = '', displayName = '' } = out;
  return { element: element.localName, code, codeSystem, codeSystemName, displayName };
}

function readValue(element: ReadElement, path: string): VihfValue {
  for (const attribute of element.attributes) {
    if (isDeclaration(attribute) || (attribute.namespace === xsi && attribute.localName === 'type')) continue;
    refuse(path, 'unexpected-attribute');
  }
  const [coded, ...more] = childElements(element);
  if (!coded) return textOf(element);
  if (more.length > 0 || element.children.some((child) => typeof child === 'string' && child.trim() !== '')) {
    refuse(path, 'one-value');
  }
  return readCoded(coded, path);
}

function readAttributes(element: ReadElement, path: string): Map<string, readonly VihfValue[]> {
  attributes(element, path, []);

  const items = new Sequence(element, path);
  const out = new Map<string, readonly VihfValue[]>();
  for (const item of items.many('Attribute')) {
    const { Name: name = '' } = attributes(item, `${path}/Attribute`, ['Name'], ['NameFormat', 'FriendlyName']);
    const at = `${path}/Attribute[@Name="${name.replaceAll(/[^\w:.-]/g, '?').slice(0, 100)}"]`;
    if (out.has(name)) refuse(at, 'repeated-attribute');

    const inner = new Sequence(item, at);
    out.set(
      name,
      inner.many('AttributeValue').map((value) => readValue(value, `${at}/AttributeValue`)),
    );
    inner.end();
  }
  items.end();
  return out;
}

function read(assertion: ReadElement, path: string): AssertionContent {
  const facts = attributes(assertion, path, ['ID', 'IssueInstant', 'Version']);
  if (facts['Version'] !== '2.0') {
    refuse(`${path}/@Version`, 'version', '2.0');
  }

  const items = new Sequence(assertion, path);
  const issuer = items.one('Issuer');
  if (attributes(issuer, `${path}/Issuer`, ['Format'])['Format'] !== x509SubjectName) {
    refuse(`${path}/Issuer/@Format`, 'issuer-format', x509SubjectName);
  }

  const subject = readSubject(items.one('Subject'), `${path}/Subject`);
  const conditions = readConditions(items.optional('Conditions'), `${path}/Conditions`);

  // How the user logged in.
  const authn = items.one('AuthnStatement');
  const authnFacts = attributes(
    authn,
    `${path}/AuthnStatement`,
    ['AuthnInstant'],
    ['SessionIndex', 'SessionNotOnOrAfter'],
  );
  const statement = new Sequence(authn, `${path}/AuthnStatement`);

  const context = statement.one('AuthnContext');
  statement.end();
  const contextItems = new Sequence(context, `${path}/AuthnStatement/AuthnContext`);
  const contextClass = leaf(
    contextItems.one('AuthnContextClassRef'),
    `${path}/AuthnStatement/AuthnContext/AuthnContextClassRef`,
  );
  const declaration = contextItems.optional('AuthnContextDecl');
  contextItems.end();

  const values = readAttributes(items.one('AttributeStatement'), `${path}/AttributeStatement`);
  items.end();
  return {
    id: facts['ID'] ?? '',
    issuedAt: instant(facts['IssueInstant'] ?? '', `${path}/@IssueInstant`),
    issuer: leaf(issuer, `${path}/Issuer`),
    ...subject,
    ...conditions,
    authnInstant: instant(authnFacts['AuthnInstant'] ?? '', `${path}/AuthnStatement/@AuthnInstant`),
    sessionNotOnOrAfter: optionalInstant(
      authnFacts['SessionNotOnOrAfter'],
      `${path}/AuthnStatement/@SessionNotOnOrAfter`,
    ),
    contextClass,
    contextDeclaration: declaration && leaf(declaration, `${path}/AuthnStatement/AuthnContext/AuthnContextDecl`),
    attributes: values,
  };
}

/**
 * Reads an assertion (its signature already taken away) by a closed grammar: what is not known is
 * refused rather than skipped.
 *
 * @see SAML 2.0 Core, section 2.3
 */
export function readContent(
  assertion: ReadElement,
  path: string,
): { readonly content: AssertionContent | null; readonly findings: readonly Finding[] } {
  try {
    return { content: read(assertion, path), findings: [] };
  } catch (error) {
    if (error instanceof ShapeError) return { content: null, findings: [error.finding] };
    throw error;
  }
}
