import { TerrESanteError } from '../../errors.ts';
import {
  attributeOf,
  childElements,
  descendants,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { row, type Description } from './rows.ts';

const named = (node: ReadElement | undefined, name: string): ReadElement | undefined =>
  node && childElements(node).find(({ localName }) => localName === name);

/** A string, or the code and label of a coded value. */
function valueOf(node: ReadElement): string {
  const [coded] = childElements(node);
  if (!coded) return textOf(node).trim();
  return [attributeOf(coded, 'code'), attributeOf(coded, 'displayName'), attributeOf(coded, 'codeSystem')]
    .filter(Boolean)
    .join(' ');
}

/** An assertion as it reads, alone or in its envelope. Nothing is verified, and the rows say so. */
export function describeVihf(bytes: Uint8Array): Description {
  const data = read(assertionOf(readXml(bytes)));

  return {
    rows: [
      { label: 'Signature', value: data.signed ? 'présente, non vérifiée ici (terr-esante vihf explain)' : 'absente' },
      ...row('Identifiant', data.id),
      ...row('Émise le', data.issueInstant),
      ...row('Émetteur', data.issuer),
      ...row('Utilisateur', data.nameId),
      ...row('Valable à partir de', data.notBefore),
      ...row("Valable jusqu'à", data.notOnOrAfter),
      ...data.audiences.flatMap((audience) => row('Destinée à', audience)),
      ...row('Authentifié le', data.authnInstant),
      ...row("Moyen d'authentification", data.contextClass),
      ...data.attributes.flatMap(({ name, values }) => row(name, values.join(' | '))),
    ],
    data: { ...data },
  };
}

/** @throws TerrESanteError `TE_ASSERTION_INVALID` unless there is one assertion, and one only */
function assertionOf(root: ReadElement): ReadElement {
  const assertions = [...descendants(root)].filter(({ localName }) => localName === 'Assertion');
  const [assertion] = assertions;
  if (assertion && assertions.length === 1) return assertion;

  throw new TerrESanteError('TE_ASSERTION_INVALID', 'Une assertion, et une seule, est attendue.', {
    details: { assertions: assertions.length },
  });
}

interface AssertionView {
  readonly id: string | null;
  readonly issueInstant: string | null;
  readonly issuer: string | null;
  readonly nameId: string | null;
  readonly notBefore: string | null;
  readonly notOnOrAfter: string | null;
  readonly audiences: readonly string[];
  readonly authnInstant: string | null;
  readonly contextClass: string | null;
  readonly signed: boolean;
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
}

function read(assertion: ReadElement): AssertionView {
  const conditions = named(assertion, 'Conditions');
  const statement = named(assertion, 'AuthnStatement');

  return {
    id: valueOfAttribute(assertion, 'ID'),
    issueInstant: valueOfAttribute(assertion, 'IssueInstant'),
    issuer: text(named(assertion, 'Issuer')),
    nameId: text(named(named(assertion, 'Subject'), 'NameID')),
    notBefore: valueOfAttribute(conditions, 'NotBefore'),
    notOnOrAfter: valueOfAttribute(conditions, 'NotOnOrAfter'),
    audiences: audiencesOf(conditions),
    authnInstant: valueOfAttribute(statement, 'AuthnInstant'),
    contextClass: text(named(named(statement, 'AuthnContext'), 'AuthnContextClassRef')),
    signed: named(assertion, 'Signature') !== undefined,
    attributes: childElements(named(assertion, 'AttributeStatement') ?? assertion)
      .filter(({ localName }) => localName === 'Attribute')
      .map((node) => ({ name: attributeOf(node, 'Name') ?? '', values: childElements(node).map(valueOf) })),
  };
}

function audiencesOf(conditions: ReadElement | undefined): readonly string[] {
  if (!conditions) return [];
  return [...descendants(conditions)]
    .filter(({ localName }) => localName === 'Audience')
    .map((node) => textOf(node).trim());
}

function valueOfAttribute(node: ReadElement | undefined, name: string): string | null {
  return (node && attributeOf(node, name)) ?? null;
}

function text(node: ReadElement | undefined): string | null {
  return node ? textOf(node).trim() : null;
}
