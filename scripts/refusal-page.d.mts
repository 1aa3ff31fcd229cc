import type { TerrESanteErrorCode } from '../src/errors.ts';
import type { ErrorCodeInfo } from '../src/conformance/index.ts';
import type { RuleCatalogue, RuleRow } from '../src/internal/finding.ts';

export function refusalPage(
  families: readonly { readonly title: string; readonly rules: RuleCatalogue }[],
): Promise<string>;

export function errorCodesPage(codes: readonly ErrorCodeInfo[]): Promise<string>;

export function registryPage(
  registry: {
    readonly registryCodes: readonly string[];
    readonly registryRuleOf: (code: string) => RuleRow;
    readonly errorCodeOf: (code: string) => TerrESanteErrorCode;
  },
  codes: readonly ErrorCodeInfo[],
): Promise<string>;
