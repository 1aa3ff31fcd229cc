import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

import { skipBecause } from './require-tool.ts';

/** One answer of another writer, and what a client must make of it. */
export interface ForeignAnswer {
  readonly file: string;
  readonly request: string;
  readonly asked?: {
    readonly documents?: readonly { readonly repositoryUniqueId: string; readonly uniqueId: string }[];
    readonly patientId?: string;
    readonly returnType?: 'LeafClass' | 'ObjectRef';
  };
  readonly known?: readonly { readonly uniqueId: string; readonly hash: string; readonly size: number }[];
  readonly options?: {
    readonly maxResponseBytes?: number;
    readonly timeoutMs?: number;
    readonly calls?: number;
    readonly second?: Readonly<Record<string, unknown>>;
  };
  readonly serve?: readonly string[];
  readonly expect: Readonly<Record<string, unknown>>;
  readonly why: string;
}

/** The answers to some transactions; none, with the reason printed, when they are not to be had. */
export function foreignAnswers(transactions: readonly string[]): readonly ForeignAnswer[] {
  const index = join(folder(), 'index.json');
  if (process.env['TERR_CASES'] === undefined || !existsSync(index)) {
    skipBecause('TERR_CASES names no folder with http/index.json');
    return [];
  }
  const { files } = JSON.parse(readFileSync(index, 'utf8')) as { readonly files: readonly ForeignAnswer[] };
  return files.filter(({ request }) => transactions.includes(request));
}

const folder = (): string => join(process.env['TERR_CASES'] ?? '', 'http');

/** A far side that answers with the bytes of a file. */
export interface FileServer {
  readonly url: string;
  /** Requests that came, one line each. */
  readonly requests: readonly string[];
  stop(): void;
}

export async function serveAnswer({ file, serve = [] }: ForeignAnswer): Promise<FileServer> {
  const args = [join(folder(), 'serve.mjs'), join(folder(), file), '--relate', ...serve];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const requests: string[] = [];

  const port = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`${file} is not served`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('READY ')) resolve(line.slice('READY '.length));
      else requests.push(line);
    });
  });
  return { url: `http://127.0.0.1:${port}/`, requests, stop: () => void child.kill() };
}
