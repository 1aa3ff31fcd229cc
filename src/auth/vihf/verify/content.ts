import type { Finding } from '../../../errors.ts';
import { childElements, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import { isDeclaration } from '../../xml-signature/attributes.ts';
import type { VihfCode } from '../codes.ts';
import { hl7v3, x509SubjectName, xsi } from '../names.ts';
import { attributesOf, instant, leaf, optionalInstant, refuse, Sequence } from './grammar.ts';
import { ShapeError } from './shape-error.ts';

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

const confirmationFacts = ['NotBefore', 'NotOnOrAfter', 'Recipient', 'InResponseTo', 'Address'] as const;

function readConfirmation(element: ReadElement, path: string): AssertionContent['confirmations'][number] {
  const { Method: method } = attributesOf(element, path, ['Method']);

  const items = new Sequence(element, path);
  const data = items.optional('SubjectConfirmationData');
  items.end();
  if (!data) return { method, recipient: null, notBefore: null, notOnOrAfter: null };

  const facts = attributesOf(data, `${path}/SubjectConfirmationData`, [], confirmationFacts);
  if (childElements(data).length > 0) refuse(path, 'unexpected-content');

  return {
    method,
    recipient: facts.Recipient ?? null,
    notBefore: optionalInstant(facts.NotBefore, `${path}/@NotBefore`),
    notOnOrAfter: optionalInstant(facts.NotOnOrAfter, `${path}/@NotOnOrAfter`),
  };
}

function readSubject(element: ReadElement, path: string): Pick<AssertionContent, 'nameId' | 'confirmations'> {
  attributesOf(element, path, []);

  const items = new Sequence(element, path);
  const name = items.one('NameID');
  // With a qualifier the same text would name another person.
  attributesOf(name, `${path}/NameID`, [], ['Format']);

  const confirmations = items
    .many('SubjectConfirmation')
    .map((confirmation) => readConfirmation(confirmation, `${path}/SubjectConfirmation`));
  items.end();
  return { nameId: leaf(name, `${path}/NameID`), confirmations };
}

function readConditions(
  element: ReadElement | null,
  path: string,
): Pick<AssertionContent, 'notBefore' | 'notOnOrAfter' | 'audiences'> {
  if (!element) return { notBefore: null, notOnOrAfter: null, audiences: [] };
  const { NotBefore: from, NotOnOrAfter: to } = attributesOf(element, path, [], ['NotBefore', 'NotOnOrAfter']);

  const items = new Sequence(element, path);
  const audiences = items.many('AudienceRestriction').map((restriction) => {
    attributesOf(restriction, `${path}/AudienceRestriction`, []);
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
  attributesOf(element, path, []);

  const items = new Sequence(element, path);
  const out = new Map<string, readonly VihfValue[]>();
  for (const item of items.many('Attribute')) {
    const { Name: name } = attributesOf(item, `${path}/Attribute`, ['Name'], ['NameFormat', 'FriendlyName']);
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

/** How the user logged in. */
function readAuthentication(
  element: ReadElement,
  path: string,
): Pick<AssertionContent, 'authnInstant' | 'sessionNotOnOrAfter' | 'contextClass' | 'contextDeclaration'> {
  const { AuthnInstant: from, SessionNotOnOrAfter: to } = attributesOf(
    element,
    path,
    ['AuthnInstant'],
    ['SessionIndex', 'SessionNotOnOrAfter'],
  );
  const statement = new Sequence(element, path);
  const context = statement.one('AuthnContext');
  statement.end();

  const items = new Sequence(context, `${path}/AuthnContext`);
  const contextClass = leaf(items.one('AuthnContextClassRef'), `${path}/AuthnContext/AuthnContextClassRef`);
  const declaration = items.optional('AuthnContextDecl');
  items.end();

  return {
    authnInstant: instant(from, `${path}/@AuthnInstant`),
    sessionNotOnOrAfter: optionalInstant(to, `${path}/@SessionNotOnOrAfter`),
    contextClass,
    contextDeclaration: declaration && leaf(declaration, `${path}/AuthnContext/AuthnContextDecl`),
  };
}

function read(assertion: ReadElement, path: string): AssertionContent {
  const facts = attributesOf(assertion, path, ['ID', 'IssueInstant', 'Version']);
  if (facts.Version !== '2.0') refuse(`${path}/@Version`, 'version', '2.0');

  const items = new Sequence(assertion, path);
  const issuer = items.one('Issuer');
  if (attributesOf(issuer, `${path}/Issuer`, ['Format']).Format !== x509SubjectName) {
    refuse(`${path}/Issuer/@Format`, 'issuer-format', x509SubjectName);
  }

  const subject = readSubject(items.one('Subject'), `${path}/Subject`);
  const conditions = readConditions(items.optional('Conditions'), `${path}/Conditions`);

  const authentication = readAuthentication(items.one('AuthnStatement'), `${path}/AuthnStatement`);
  const values = readAttributes(items.one('AttributeStatement'), `${path}/AttributeStatement`);
  items.end();

  return {
    id: facts.ID,
    issuedAt: instant(facts.IssueInstant, `${path}/@IssueInstant`),
    issuer: leaf(issuer, `${path}/Issuer`),
    ...subject,
    ...conditions,
    ...authentication,
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
