import type { RuleCatalogue } from '../../../internal/finding.ts';
import { certificateRules } from '../../certificates/rules.ts';
import { causeRules } from './causes.ts';
import { contentRules } from './content.ts';
import { formRules } from './form.ts';
import { receptionRules } from './reception.ts';

/** Every rule of a VIHF: its text and signature, its content, its reception, its certificate. */
export const vihfRules = {
  ...formRules,
  ...causeRules,
  ...contentRules,
  ...receptionRules,
  ...certificateRules,
} as const satisfies RuleCatalogue;

export type VihfRule = keyof typeof vihfRules;
