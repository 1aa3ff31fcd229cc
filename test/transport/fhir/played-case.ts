import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { skipBecause } from '../../helpers/require-tool.ts';

/** One case of other people's servers, and what a client must make of it. */
export interface FhirCase {
  readonly id: string;
  readonly operation: string;
  readonly given?: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
  readonly why: string;
}

/** A case that is played on this machine. */
export interface PlayedCase {
  readonly base: string;
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }[];
  close(): Promise<void>;
}

const folder = (): string => join(process.env['TERR_CASES'] ?? '', 'fhir');

/** The cases; none, with the reason printed, when they are not to be had. */
export function fhirCases(): readonly FhirCase[] {
  const index = join(folder(), 'index.json');
  if (process.env['TERR_CASES'] === undefined || !existsSync(index)) {
    skipBecause('TERR_CASES names no folder with fhir/index.json');
    return [];
  }
  return (JSON.parse(readFileSync(index, 'utf8')) as { readonly cases: readonly FhirCase[] }).cases;
}

export async function playCase({ id }: FhirCase): Promise<PlayedCase> {
  const { play } = (await import(pathToFileURL(join(folder(), 'play.mjs')).href)) as {
    readonly play: (id: string) => Promise<PlayedCase>;
  };
  return play(id);
}
