import { datamatrixRules } from './datamatrix/rules.ts';
import { insRules } from './ins/rules.ts';
import { insiRules } from './insi/rules.ts';
import { nationalIdRules } from './national-id/rules.ts';
import { recordRules } from './record-rules.ts';
import { statusRules } from './status/rules.ts';
import { traitRules } from './trait-rules.ts';
import { wireRules } from './wire/rules.ts';

/**
 * Every rule of an identity. The rules stand in one file per subject, so that a bundle holds only
 * those of the functions it uses: a function imports the file of its subject, not this one.
 */
export const identityRules = {
  ...traitRules,
  ...insRules,
  ...statusRules,
  ...datamatrixRules,
  ...wireRules,
  ...nationalIdRules,
  ...insiRules,
  ...recordRules,
} as const;
