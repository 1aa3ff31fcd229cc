import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { laidOut, withMessage } from '../../../scripts/transaction-page.mjs';
import { shownMessages } from './messages.ts';

const folder = new URL('../../../docs/transactions/', import.meta.url);
const messages = await shownMessages();

describe('docs/transactions', () => {
  it('has one page for each transaction over SOAP', () => {
    expect(readdirSync(folder).sort()).toEqual(messages.map(({ page }) => `${page}.md`).sort());
  });

  it.each(messages)('$page shows what is sent today (scripts/build-transaction-pages.mjs writes it)', (message) => {
    const written = readFileSync(new URL(`${message.page}.md`, folder), 'utf8');
    expect(written).toBe(withMessage(written, message));
    expect(written).toContain('## What is sourced and what is inferred');
  });

  it('changes nothing of a message but blanks, and the inside of an assertion', () => {
    const message = messages.find(({ page }) => page === 'iti-41')!.envelope;
    expect(laidOut(message).replaceAll(/\n */g, '')).toBe(message);
    expect(laidOut('<a><saml2:Assertion ID="_1"><b>secret</b></saml2:Assertion></a>')).toBe(
      '<a>\n  <saml2:Assertion>…</saml2:Assertion>\n</a>',
    );
  });
});
