import type { ErrorCodeInfo } from '../src/conformance/index.ts';
import type { RuleCatalogue } from '../src/internal/finding.ts';

export function refusalPage(
  families: readonly { readonly title: string; readonly rules: RuleCatalogue }[],
): Promise<string>;

export function errorCodesPage(codes: readonly ErrorCodeInfo[]): Promise<string>;
