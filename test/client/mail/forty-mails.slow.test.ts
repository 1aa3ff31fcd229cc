import { describe, expect, it } from 'vitest';

import type { InboxMail } from '../../../src/client/mail/inbox/model.ts';
import { readInboxMail } from '../../../src/client/mail/inbox/read.ts';
import { kinds, type Kind } from './forty-kinds.ts';
import { findInPractice } from './received.ts';

/** One word for each document, or for the mail. */
function told({ documents, isUnreadable, closed }: InboxMail): string {
  if (isUnreadable) return 'aside:mail-unreadable';
  if (documents.length === 0) return closed > 0 ? 'aside:closed' : 'aside:nothing';
  return documents
    .map(({ match }) => (match.outcome === 'matched' ? 'matched' : `${match.outcome}:${match.reason}`))
    .join(', ');
}

const read = async ({ mail, environment }: Kind): Promise<InboxMail> =>
  readInboxMail(await mail(), { find: findInPractice, environment: environment ?? 'test' });

describe('mails after kinds that were reported in public', () => {
  const rows: string[] = [];
  it.each(kinds)('$kind', async (kind) => {
    const got = told(await read(kind));
    rows.push(`| ${kind.kind} | ${kind.expected} | ${got} | ${kind.source} |`);
    expect(got).toBe(kind.expected);
  });

  it('are forty at least, and fifteen of them stay aside', () => {
    const table = ['| kind | expected | got | after |', '| --- | --- | --- | --- |', ...rows].join('\n');
    process.stdout.write(`${table}\n`);
    expect(kinds.length).toBeGreaterThanOrEqual(40);
    expect(kinds.filter(({ expected }) => expected.includes('aside')).length).toBeGreaterThanOrEqual(15);
    expect(kinds.every(({ source }) => source.startsWith('https://'))).toBe(true);
  });
});
