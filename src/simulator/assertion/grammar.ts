import { childElements, type ReadElement } from '../../internal/xml/index.ts';
import { rejected } from './model.ts';

export const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const ds = 'http://www.w3.org/2000/09/xmldsig#';
const hl7 = 'urn:hl7-org:v3';
const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

type Attribute = ReadElement['attributes'][number];

export function isDeclaration({ name, namespace }: Attribute): boolean {
  return namespace === 'http://www.w3.org/2000/xmlns/' || name === 'xmlns' || name.startsWith('xmlns:');
}

/** What an element may hold. */
interface Production {
  /** Names of its attributes, `?` after those that may be absent; `*` for any. */
  readonly attributes: string;
  /**
   * `text`, with no element; `value`, the value of an attribute of a VIHF; else the names of its
   * children in their order, each with a blank after it, as a regular expression.
   */
  readonly holds: 'text' | 'value' | RegExp;
}

type Grammar = Readonly<Record<string, Production>>;

const none = /^$/;

/** SAML 2.0 Core, section 2.3, cut down to what a VIHF holds; its signature is apart. */
const assertionGrammar: Grammar = {
  Assertion: {
    attributes: 'ID IssueInstant Version',
    holds: /^Issuer Subject (?:Conditions )?AuthnStatement AttributeStatement $/,
  },
  Issuer: { attributes: 'Format', holds: 'text' },
  Subject: { attributes: '', holds: /^NameID (?:SubjectConfirmation )*$/ },
  // A qualifier would make it the name of another person.
  NameID: { attributes: 'Format?', holds: 'text' },
  SubjectConfirmation: { attributes: 'Method', holds: /^(?:SubjectConfirmationData )?$/ },
  SubjectConfirmationData: {
    attributes: 'NotBefore? NotOnOrAfter? Recipient? InResponseTo? Address?',
    holds: 'text',
  },
  // A condition that is not known makes the validity unknown.
  Conditions: { attributes: 'NotBefore? NotOnOrAfter?', holds: /^(?:AudienceRestriction )*$/ },
  AudienceRestriction: { attributes: '', holds: /^(?:Audience )*$/ },
  Audience: { attributes: '*', holds: 'text' },
  AuthnStatement: { attributes: 'AuthnInstant SessionIndex? SessionNotOnOrAfter?', holds: /^AuthnContext $/ },
  AuthnContext: { attributes: '*', holds: /^AuthnContextClassRef (?:AuthnContextDecl )?$/ },
  AuthnContextClassRef: { attributes: '*', holds: 'text' },
  AuthnContextDecl: { attributes: '*', holds: 'text' },
  AttributeStatement: { attributes: '', holds: /^(?:Attribute )*$/ },
  Attribute: { attributes: 'Name NameFormat? FriendlyName?', holds: /^(?:AttributeValue )*$/ },
  AttributeValue: { attributes: '', holds: 'value' },
};

/** The one form of a signature that is taken (XML Signature, section 4). */
const signatureGrammar: Grammar = {
  Signature: { attributes: '', holds: /^SignedInfo SignatureValue KeyInfo $/ },
  SignedInfo: { attributes: '', holds: /^CanonicalizationMethod SignatureMethod Reference $/ },
  CanonicalizationMethod: { attributes: 'Algorithm', holds: none },
  SignatureMethod: { attributes: 'Algorithm', holds: none },
  Reference: { attributes: 'URI', holds: /^Transforms DigestMethod DigestValue $/ },
  Transforms: { attributes: '', holds: /^Transform Transform $/ },
  Transform: { attributes: 'Algorithm', holds: none },
  DigestMethod: { attributes: 'Algorithm', holds: none },
  DigestValue: { attributes: '', holds: 'text' },
  SignatureValue: { attributes: '', holds: 'text' },
  KeyInfo: { attributes: '', holds: /^X509Data $/ },
  X509Data: { attributes: '', holds: /^X509Certificate $/ },
  X509Certificate: { attributes: '', holds: 'text' },
};

/** The same with the condition that a service which takes each assertion once may allow. */
const oneTimeGrammar: Grammar = {
  ...assertionGrammar,
  Conditions: {
    attributes: 'NotBefore? NotOnOrAfter?',
    holds: /^(?:AudienceRestriction )*(?:OneTimeUse )?(?:AudienceRestriction )*$/,
  },
  OneTimeUse: { attributes: '', holds: none },
};

/** Refuses an assertion, its signature taken away, that departs from its grammar. */
export function checkAssertionGrammar(assertion: ReadElement, allowOneTimeUse = false): void {
  check(assertion, allowOneTimeUse ? oneTimeGrammar : assertionGrammar, saml);
}

/** Refuses a signature of any other form. */
export function checkSignatureGrammar(signature: ReadElement): void {
  check(signature, signatureGrammar, ds);
}

function check(element: ReadElement, grammar: Grammar, namespace: string): void {
  const { localName } = element;
  const production = Object.hasOwn(grammar, localName) ? grammar[localName] : undefined;
  if (!production || element.namespace !== namespace) throw rejected('grammar');

  const children = childElements(element);
  if (production.holds === 'value') {
    checkValue(element, children);
    return;
  }

  checkAttributes(element, production.attributes);
  if (production.holds === 'text') {
    if (children.length > 0) throw rejected('grammar-text');
    return;
  }

  const names = children.map((child) => `${child.localName} `).join('');
  if (hasText(element) || !production.holds.test(names)) throw rejected('grammar-children');
  for (const child of children) check(child, grammar, namespace);
}

function checkAttributes({ attributes }: ReadElement, allowed: string): void {
  if (allowed === '*') return;

  const names = allowed.split(' ').filter((name) => name !== '');
  const plain = attributes.filter((attribute) => !isDeclaration(attribute));
  const known = plain.every(
    ({ name, namespace }) =>
      namespace === '' && names.some((allowedName) => allowedName === name || allowedName === `${name}?`),
  );
  const complete = names.every((wanted) => wanted.endsWith('?') || plain.some(({ name }) => name === wanted));
  if (!known || !complete) throw rejected('grammar-attributes');
}

function isType({ localName, namespace }: Attribute): boolean {
  return namespace === xsi && localName === 'type';
}

/** A text, or one coded value of HL7 v3. */
function checkValue(element: ReadElement, [coded, ...others]: readonly ReadElement[]): void {
  if (!element.attributes.every((attribute) => isDeclaration(attribute) || isType(attribute))) {
    throw rejected('grammar-value');
  }
  if (!coded) return;
  if (others.length > 0 || hasText(element)) throw rejected('grammar-value');

  const codes = ['code', 'codeSystem', 'codeSystemName', 'displayName'];
  const isKnown = (attribute: Attribute): boolean =>
    isDeclaration(attribute) || isType(attribute) || (attribute.namespace === '' && codes.includes(attribute.name));
  const type = coded.attributes.find(isType)?.value ?? '';

  const isEmpty = childElements(coded).length === 0 && !hasText(coded);
  const isCoded = coded.namespace === hl7 && (type === 'CE' || type.endsWith(':CE'));
  if (!isEmpty || !isCoded || !coded.attributes.every(isKnown)) throw rejected('grammar-coded');
}

/** Whether something other than white space stands between the children. */
function hasText({ children }: ReadElement): boolean {
  return children.some((child) => typeof child === 'string' && child.trim() !== '');
}
