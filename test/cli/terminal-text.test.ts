import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { run } from '../../src/cli/run.ts';
import { terminalText } from '../../src/cli/terminal-text.ts';
import { openSpoolStore } from '../../src/transport/index.ts';

/** A C1 command, a direction mark, a zero-width space, a tag and a window title. */
const marks = '\u009b31m\u202e\u200b\u{e0041}\u001b]0;x\u0007';
const raw = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202e\u{e0000}-\u{e007f}]/u;

const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
const spool = join(folder, 'spool');

async function shown(...words: string[]): Promise<{ readonly text: string; readonly code: number }> {
  let text = '';
  const write = (part: string): void => void (text += part);
  const code = await run(words, {
    stdin: (async function* () {})(),
    out: write,
    err: write,
    interactive: false,
    signal: new AbortController().signal,
  });
  return { text, code };
}

beforeAll(async () => {
  const store = await openSpoolStore({ folder: spool });
  await store.addUnmatched({
    at: '2026-03-01T09:00:00.000Z',
    reason: 'other-sender',
    report: {
      kind: 'dsn',
      reportId: `<${marks}@x>`,
      envelopeId: marks,
      messageIds: [],
      source: { from: null, returnPath: '', authentication: [] },
      recipients: [{ original: null, final: `${marks}@x`, verdict: 'failed', status: null, code: null }],
    },
  });
  await store.close();

  const word = `=?utf-8?b?${Buffer.from(`NOM${marks}`).toString('base64')}?=`;
  writeFileSync(join(folder, 'mail.eml'), `From: ${word} <a@b.mssante.fr>\r\nSubject: ${word}\r\n\r\nx\r\n`);
  writeFileSync(join(folder, 'mail.xml'), `<Assertion Issuer="NOM${marks.replaceAll(/[\u0007\u001b]/g, '')}"/>`);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a terminal', () => {
  it.each([
    [['outbox', 'unmatched', '--spool', spool]],
    [['inspect', join(folder, 'mail.eml')]],
    [['inspect', join(folder, 'mail.eml'), '--json']],
    [['check', join(folder, 'mail.eml')]],
    [['check', join(folder, 'mail.eml'), '--json']],
    [['check', join(folder, 'mail.xml')]],
    [['inspect', join(folder, 'mail.xml')]],
    [[`outbox${marks}`]],
    [['outbox', `list${marks}`]],
    [['outbox', 'list', `--${marks}`]],
  ])('gets no command of a stranger from %j', async (words) => {
    const { text } = await shown(...words);
    expect(text).not.toBe('');
    expect(text).not.toMatch(raw);
  });

  it('still gets the whole of a line of JSON', async () => {
    const { text, code } = await shown('outbox', 'unmatched', '--spool', spool);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ reason: 'other-sender', report: { envelopeId: marks } });
  });

  it('gets a text as it is laid out, its accents and its signs', () => {
    const text = 'Dépôt :\n\t« œuvre » \u{1f600}\r\n';
    expect(terminalText(text)).toBe(text);
    expect(terminalText('a\u202eb\ud800\u{e0041}')).toBe('a\\u202eb\\ud800\\udb40\\udc41');
  });
});
