import type { Rule } from '../src/documents/index.ts';

export function refusalPage(cda: readonly Rule[], deposit: readonly Rule[]): Promise<string>;
