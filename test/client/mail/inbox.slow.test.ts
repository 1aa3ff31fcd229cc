import { expect, it } from 'vitest';

import { documentsOf } from '../../../src/client/mail/inbox/documents.ts';
import { readInboxMail } from '../../../src/client/mail/inbox/read.ts';
import type { PatientInput } from '../../../src/identity/index.ts';
import { attached, cdaOf, claude, corsican, practice, rawMail, text, xdmOf } from './received.ts';

const both = (...bytes: readonly Uint8Array[]): Uint8Array =>
  rawMail([text(), ...bytes.map((one) => attached(one, 'text/xml', 'attachment'))]);
/** A host makes its patients anew at each search. */
const find = async (): Promise<readonly PatientInput[]> => Promise.resolve(structuredClone(practice));

it('offers two documents of one patient, whatever objects the host gives', async () => {
  const other = await cdaOf(claude, (xml) => xml.replace('PAT-000123', 'AUTRE-1'));
  const { documents } = await readInboxMail(both(await cdaOf(claude), other), { find, environment: 'test' });
  expect(documents.map(({ match }) => match.outcome)).toEqual(['matched', 'matched']);
});

it('offers nothing of a mail that names two, even when the software knows one of them', async () => {
  const mail = both(await cdaOf(claude), await cdaOf(corsican));
  const one = async (): Promise<readonly PatientInput[]> => Promise.resolve([claude]);
  const { documents } = await readInboxMail(mail, { find: one, environment: 'test' });
  expect(documents.map(({ match }) => match)).toEqual([
    { outcome: 'aside', reason: 'several-patients' },
    { outcome: 'aside', reason: 'several-patients' },
  ]);
});

it('bounds what all archives of a mail hold together', async () => {
  const bytes = await xdmOf(claude);
  const file = { kind: 'zip', fileName: null, bytes, isForwarded: false } as const;
  const files = [file, file, file];
  expect((await documentsOf({ files })).map(({ aside }) => aside)).toEqual([null, null, null]);
  const bounded = await documentsOf({ files }, 40_000);
  expect(bounded.map(({ aside }) => aside).at(-1)).toBe('archive-refused');
});

it('says that a message which its mailbox cannot give is unreadable', async () => {
  expect(await readInboxMail(null, { find, environment: 'test' })).toMatchObject({ isUnreadable: true, documents: [] });
});
