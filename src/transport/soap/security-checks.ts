import type { Checks } from '../../internal/border.ts';
import { count, flag } from '../../internal/option-checks.ts';
import type { HeaderStyle } from '../../internal/soap/index.ts';

/** Of what a partner may want otherwise in its `wsse:Security` header. */
export const securityChecks: Checks<NonNullable<HeaderStyle['security']>> = {
  mustUnderstand: flag,
  timestampMs: count(1),
};
