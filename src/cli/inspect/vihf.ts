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

/** An assertion as it reads, alone or in its envelope. Nothing is verified, and it is said. */
export function describeVihf(bytes: Uint8Array): Description {
  const root = readXml(bytes);
  const found = [...descendants(root)].filter(({ localName }) => localName === 'Assertion');
  const [assertion] = found;
  if (!assertion || found.length > 1) {
    throw new TerrESanteError('TE_ASSERTION_INVALID', 'Une assertion, et une seule, est attendue.', {
      details: { assertions: found.length },
    });
  }
  const conditions = named(assertion, 'Conditions');
  const statement = named(assertion, 'AuthnStatement');
  const attributes = childElements(named(assertion, 'AttributeStatement') ?? assertion)
    .filter(({ localName }) => localName === 'Attribute')
    .map((node) => ({ name: attributeOf(node, 'Name') ?? '', values: childElements(node).map(valueOf) }));
  const text = (node: ReadElement | undefined): string | null => (node ? textOf(node).trim() : null);
  const data = {
    id: attributeOf(assertion, 'ID') ?? null,
    issueInstant: attributeOf(assertion, 'IssueInstant') ?? null,
    issuer: text(named(assertion, 'Issuer')),
    nameId: text(named(named(assertion, 'Subject'), 'NameID')),
    notBefore: (conditions && attributeOf(conditions, 'NotBefore')) ?? null,
    notOnOrAfter: (conditions && attributeOf(conditions, 'NotOnOrAfter')) ?? null,
    audiences: conditions
      ? [...descendants(conditions)]
          .filter(({ localName }) => localName === 'Audience')
          .map((node) => textOf(node).trim())
      : [],
    authnInstant: (statement && attributeOf(statement, 'AuthnInstant')) ?? null,
    contextClass: text(named(named(statement, 'AuthnContext'), 'AuthnContextClassRef')),
    signed: named(assertion, 'Signature') !== undefined,
    attributes,
  };
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
      ...attributes.flatMap(({ name, values }) => row(name, values.join(' | '))),
    ],
    data,
  };
}
