import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { sep } from 'node:path';

/** Sees files opened and hosts called while a reader works: a reader has no reason to do either. */
export interface Watch {
  start(): void;
  /** What was touched since `start`. */
  stop(): readonly string[];
}

/** Code that is loaded when it is first needed is not what is looked for. */
const isCode = (path: unknown): boolean =>
  typeof path !== 'string' ||
  /\.(?:[cm]?[jt]s|json|node|wasm)$/.test(path) ||
  path.includes(`${sep}node_modules${sep}`);

export function createWatch(): Watch {
  const touched: string[] = [];
  let watching = false;
  const note = (what: string): void => {
    if (watching) touched.push(what);
  };
  const wrap = (holder: Record<string, unknown>, names: readonly string[], kind: string): void => {
    for (const name of names) {
      const original = holder[name];
      if (typeof original !== 'function') continue;
      holder[name] = function (this: unknown, ...args: unknown[]): unknown {
        if (kind === 'network' || !isCode(args[0])) note(`${kind} ${name}`);
        return Reflect.apply(original, this, args) as unknown;
      };
    }
  };
  wrap(
    fs,
    [
      'open',
      'openSync',
      'readFile',
      'readFileSync',
      'createReadStream',
      'createWriteStream',
      'writeFile',
      'writeFileSync',
    ],
    'file',
  );
  wrap(fs.promises, ['open', 'readFile', 'writeFile'], 'file');
  wrap(dns, ['lookup', 'resolve'], 'network');
  wrap(net.Socket.prototype as unknown as Record<string, unknown>, ['connect'], 'network');
  syncBuiltinESMExports();
  return {
    start() {
      touched.length = 0;
      watching = true;
    },
    stop() {
      watching = false;
      return [...new Set(touched.splice(0))];
    },
  };
}
