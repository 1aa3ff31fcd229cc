import type { Checks } from '../../internal/border.ts';
import { runtime } from '../../internal/option-checks.ts';
import type { BuildOptions } from './build.ts';

/** The options of every builder. */
export const buildChecks: Checks<BuildOptions> = { runtime };
