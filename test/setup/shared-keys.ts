import crypto, { createPrivateKey, createPublicKey, type KeyPairKeyObjectResult } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

/**
 * Set-up of every test file: RSA-2048 keys come from the pool of the run, each at most once in a
 * process, so that two hierarchies of one file never share a key. When the pool is empty, and for
 * every other kind of key, Node makes one.
 */
const file = process.env['TEST_KEY_POOL'];
const pool: string[] = file === undefined ? [] : (JSON.parse(readFileSync(file, 'utf8')) as string[]);

const makeSync = crypto.generateKeyPairSync as (...args: unknown[]) => KeyPairKeyObjectResult;
const makeLater = promisify(crypto.generateKeyPair) as unknown as (
  ...args: unknown[]
) => Promise<KeyPairKeyObjectResult>;

function fromPool(args: readonly unknown[]): KeyPairKeyObjectResult | undefined {
  const [type, options] = args as [string, Readonly<Record<string, unknown>>];
  if (type !== 'rsa' || Object.keys(options).join() !== 'modulusLength' || options['modulusLength'] !== 2048)
    return undefined;
  const pem = pool.shift();
  if (pem === undefined) return undefined;

  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

const generate = (...args: unknown[]): void => {
  const done = args.pop() as (error: Error | null, publicKey?: unknown, privateKey?: unknown) => void;
  generateLater(...args).then(
    ({ publicKey, privateKey }) => {
      done(null, publicKey, privateKey);
    },
    (error: unknown) => {
      done(error as Error);
    },
  );
};
const generateLater = async (...args: unknown[]): Promise<KeyPairKeyObjectResult> =>
  fromPool(args) ?? makeLater(...args);

Object.assign(generate, { [promisify.custom]: generateLater });
Object.assign(crypto, {
  generateKeyPair: generate,
  generateKeyPairSync: (...args: unknown[]) => fromPool(args) ?? makeSync(...args),
});
syncBuiltinESMExports();
