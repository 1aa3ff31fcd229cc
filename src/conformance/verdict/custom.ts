import { sha256Hex } from '../../internal/bytes.ts';
import { kitFiles } from '../far-side/pdf.ts';
import type { QueryResult } from './query.ts';
import type { Observation } from './observation.ts';

type Custom = (seen: Observation) => QueryResult;

const verdict = (isMet: boolean, found: string, expected: string, seen: Observation): QueryResult => ({
  outcome: isMet ? 'met' : 'broken',
  found,
  expected,
  entries: seen.mails,
});

const unseen: QueryResult = { outcome: 'not-observed', found: null, expected: null, entries: [] };

/** The local identifier is one component of a CX, or the deposit was refused. */
const oneCxOrRefused: Custom = (seen) => {
  const expected = 'un seul composant, ou un refus';
  if (seen.mails.length === 0) {
    const outcome = seen.acts[0]?.answer?.outcome;
    return outcome === undefined ? unseen : verdict(outcome === 'refused', outcome, expected, seen);
  }

  // value^^^&OID&ISO^type: a separator inside the value makes other components.
  const forms = seen.mails.map(({ mail }) => mail?.document?.entry.sourcePatientId ?? '');
  const isWhole = forms.every((form) => /^[^^&|~]+\^{3}&[0-9.]+&ISO(?:\^[A-Z]+)?$/.test(form));
  return verdict(isWhole, isWhole ? 'un composant' : 'plusieurs composants', expected, seen);
};

/** The second message replaces the first: new id, same set, next version. */
const versionChain: Custom = (seen) => {
  const [first, second] = seen.mails.map(({ mail }) => mail);
  if (!first || !second) return unseen;

  const setOf = (text: string): string | undefined => /<setId\b[^>]*root="([^"]+)"/.exec(text)?.[1];
  const versionOf = (text: string): number => Number(/<versionNumber\b[^>]*value="(\d+)"/.exec(text)?.[1]);
  const wrong = [
    second.document?.cda?.replaces !== first.uniqueId && 'relatedDocument',
    setOf(second.text) !== setOf(first.text) && 'setId',
    versionOf(second.text) !== versionOf(first.text) + 1 && 'versionNumber',
  ].filter((name) => name !== false);
  return verdict(wrong.length === 0, wrong.join(', ') || 'la suite', 'la version suivante de la même série', seen);
};

/** Hash and size of the metadata are those of the file in the archive. */
const hashOfBytes: Custom = (seen) => {
  const documents = seen.mails.flatMap(({ mail }) => mail?.documents ?? []);
  if (documents.length === 0) return unseen;

  const isRight = documents.every(({ entry, sha1, size }) => entry.hash === sha1 && entry.size === size);
  return verdict(isRight, isRight ? 'égales' : 'différentes', 'empreinte et taille des octets', seen);
};

/** The PDF that arrived is the file that was given. */
const pdfOfFile: Custom = (seen) => {
  const documents = seen.mails.flatMap(({ mail }) => mail?.documents ?? []);
  const path = seen.acts[0]?.request.input['file'];
  const name = typeof path === 'string' ? (/[^/]+$/.exec(path)?.[0] ?? '') : '';
  const file = kitFiles[name];
  if (documents.length === 0 || !file) return unseen;

  const given = sha256Hex(file());
  const isSame = documents.every(({ pdfSha256 }) => pdfSha256 === given);
  return verdict(isSame, String(documents[0]?.pdfSha256), given, seen);
};

/** What no query says, by the name that scenarios give it. */
export const customQueries: Readonly<Record<string, Custom>> = {
  'one-cx-or-refused': oneCxOrRefused,
  'version-chain': versionChain,
  'hash-of-bytes': hashOfBytes,
  'pdf-of-file': pdfOfFile,
};
