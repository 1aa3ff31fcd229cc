import type { RuleCatalogue } from '../src/internal/finding.ts';

export function refusalPage(
  families: readonly { readonly title: string; readonly rules: RuleCatalogue }[],
): Promise<string>;
