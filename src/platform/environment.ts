/** Where the software talks to. Never mixed: rule CFG-20. @group Configuration */
export type PlatformEnvironment = 'production' | 'qualification' | 'simulator';

/**
 * Which national rules apply: real identifiers and certificates belong to production only, every
 * other environment takes those of test.
 */
export function nationalEnvironment(environment: PlatformEnvironment): 'production' | 'test' {
  return environment === 'production' ? 'production' : 'test';
}
