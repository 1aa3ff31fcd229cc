import { createHash } from 'node:crypto';
import { depositRows } from './families/deposit.ts';
import { documentRows } from './families/documents.ts';
import { identityRows } from './families/identity.ts';
import { mailServerRows } from './families/mail-server.ts';
import { privacyRows } from './families/privacy.ts';
import { receiptRows } from './families/receipts.ts';
import { resilienceRows } from './families/resilience.ts';
import type { Scenario } from './model.ts';
import { scenarioOf } from './row.ts';

/** Version of the catalogue, by date. */
export const catalogueVersion = '2027.01';

/** Every scenario, in the order in which it is run: what others lean on comes first. */
export const scenarios: readonly Scenario[] = [
  ...depositRows,
  ...receiptRows,
  ...mailServerRows,
  ...documentRows,
  ...identityRows,
  ...resilienceRows,
  ...privacyRows,
].map(scenarioOf);

/** SHA-256 of the catalogue: two reports of one hash judged by the same demands. */
export function catalogueHash(): string {
  return createHash('sha256').update(JSON.stringify(scenarios)).digest('hex');
}
