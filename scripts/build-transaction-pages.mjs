// Puts the messages that the product sends into docs/transactions/*.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { importSource } from './bundle-source.mjs';
import { withMessage } from './transaction-page.mjs';

const { shownMessages } = await importSource(
  'transaction-pages',
  `export { shownMessages } from './test/docs/transactions/messages.ts';`,
);
for (const message of await shownMessages()) {
  const path = `docs/transactions/${message.page}.md`;
  writeFileSync(path, withMessage(readFileSync(path, 'utf8'), message));
}
