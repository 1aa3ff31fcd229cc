import { needed, type Checks } from '../../internal/border.ts';
import { anyText, count, listOf, options, record, text } from '../../internal/option-checks.ts';
import { hierarchyCheck } from '../option-checks.ts';
import type { PscAccount, PscSimulatorOptions } from './model.ts';

/** What the simulated Pro Santé Connect is made with. */
export const pscChecks: Checks<PscSimulatorOptions> = {
  library: needed(record),
  hierarchy: needed(hierarchyCheck),
  clientId: text,
  clientSecret: anyText,
  redirectUri: text,
  accounts: listOf(options<PscAccount>({ nationalId: needed(text), claims: record })),
  acr: text,
  accessTokenSeconds: count(1),
  cibaSeconds: count(1),
};
