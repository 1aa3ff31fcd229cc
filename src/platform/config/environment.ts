import type { PlatformEnvironment } from './model.ts';

/**
 * Which national rules apply: real identifiers and certificates belong to production only, every
 * other environment takes those of test.
 */
export function nationalEnvironment(environment: PlatformEnvironment): 'production' | 'test' {
  return environment === 'production' ? 'production' : 'test';
}
