import type { Finding } from '../../../errors.ts';

/**
 * Stops the reading of a signature or an assertion at the first thing that departs from its form.
 */
export class ShapeError extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.rule);
    this.finding = finding;
  }
}
