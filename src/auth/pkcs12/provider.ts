import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { derChildren, derWhole } from '../certificates/der.ts';
import { derToPem, pemToDer } from '../certificates/pem.ts';
import type { OwnedSigningProvider, TlsIdentity } from '../provider.ts';
import {
  pairIdentities,
  privateKeyFromDer,
  selectIdentity,
  type KeyIdentity,
  type KeySelection,
} from './identities.ts';
import { decryptPart, IterationBudget } from './decrypt.ts';
import { keystoreFault } from './keystore-errors.ts';
import { openPkcs12 } from './open.ts';
import { bytesOf, type Checks, needed, optionsOf, readingLater } from '../../internal/border.ts';
import { anyText, anything, callback, callChecks, choice, either, text } from '../../internal/option-checks.ts';

/** Options of {@link createPkcs12Provider}. @group Providers */
export interface Pkcs12ProviderOptions extends KeySelection {
  /** The file, for example a `.p12` ordered from the ANS. */
  readonly pfx: Uint8Array;
  /** Asked once, when the file is opened, and not kept. */
  readonly password: string | (() => Promise<string>);
}

/** Options of {@link createPemProvider}. @group Providers */
export interface PemProviderOptions extends KeySelection {
  /** Private key, encrypted or not. */
  readonly key: string;
  readonly passphrase?: string | (() => Promise<string>) | undefined;
  /** Certificates in any order, the key's among them. */
  readonly certificates: string;
}

const selectionChecks: Checks<KeySelection> = { fingerprint: text, use: choice('signature', 'authentication') };

const pkcs12Checks: Checks<Pkcs12ProviderOptions> = {
  ...selectionChecks,
  // Their absence is told in one sentence.
  pfx: anything,
  password: anything,
};

const pemChecks: Checks<PemProviderOptions> = {
  ...selectionChecks,
  key: needed(text),
  certificates: needed(text),
  passphrase: either(anyText, callback),
};

class SoftwareProvider implements OwnedSigningProvider {
  readonly kind: string;
  #chosen: KeyIdentity | null;
  #tls: KeyIdentity | null;
  readonly #certificates: readonly Uint8Array[];

  constructor(kind: string, identities: readonly KeyIdentity[], selection: KeySelection) {
    this.kind = kind;
    const chosen = selectIdentity(identities, selection);
    if (chosen.key.asymmetricKeyType !== 'rsa') {
      throw new TerrESanteError('TE_MECHANISM_UNSUPPORTED', 'La clé privée doit être une clé RSA.', {
        details: { keyType: chosen.key.asymmetricKeyType ?? 'unknown' },
      });
    }
    this.#chosen = chosen;
    this.#tls = identities.find(({ chain }) => !chain[0]?.keyUsage?.includes('nonRepudiation')) ?? chosen;
    this.#certificates = chosen.chain.map(({ der }) => der);
  }

  #open(identity: KeyIdentity | null): KeyIdentity {
    if (!identity) throw new TerrESanteError('TE_CLOSED', 'La clé a été refermée.');
    return identity;
  }

  async certificates(options?: CallOptions): Promise<readonly Uint8Array[]> {
    throwIfAborted(optionsOf('options', options, callChecks).signal);
    this.#open(this.#chosen);
    return this.#certificates;
  }

  async sign(algorithm: 'rsa-sha256', data: Uint8Array, options?: CallOptions): Promise<Uint8Array> {
    throwIfAborted(optionsOf('options', options, callChecks).signal);
    choice('rsa-sha256')('algorithm', algorithm);
    return sign('sha256', bytesOf('data', data), this.#open(this.#chosen).key);
  }

  async tlsIdentity(options?: CallOptions): Promise<TlsIdentity> {
    throwIfAborted(optionsOf('options', options, callChecks).signal);
    const { key, chain } = this.#open(this.#tls);
    return {
      certificates: chain.map(({ der }) => derToPem(der)).join(''),
      privateKey: key.export({ format: 'pem', type: 'pkcs8' }) as string,
    };
  }

  async close(): Promise<void> {
    this.#chosen = null;
    this.#tls = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Signs with a key kept in a PKCS#12 file: the software certificate of a structure, or a test
 * identity.
 *
 * When the file holds several keys, the one whose certificate has nonRepudiation signs, and the
 * other serves TLS.
 *
 * @throws TerrESanteError `TE_KEYSTORE_PASSWORD` (wrong password), `TE_KEYSTORE_INVALID` (altered
 *   file, no key, several keys that fit), `TE_MECHANISM_UNSUPPORTED` (not an RSA key),
 *   `TE_INPUT_INVALID` (no bytes, no password), `TE_CANCELLED` and `TE_TIMEOUT` while the host is
 *   asked for the password.
 *
 * @example
 * ```ts
 * import { createPkcs12Provider } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { structure } = await createTestHierarchy();
 * const { pfx, password } = structure.signature;
 * const provider = await createPkcs12Provider({ pfx, password: async () => password });
 * provider.kind; // 'pkcs12'
 * await provider.close();
 * ```
 *
 * @see RFC 7292
 * @group Providers
 */
export async function createPkcs12Provider(
  input: Pkcs12ProviderOptions,
  call?: CallOptions,
): Promise<OwnedSigningProvider> {
  const { pfx, password, ...selection } = optionsOf('input', input, pkcs12Checks);
  const limits = optionsOf('call', call, callChecks);
  // A proxy is no view, and is not asked what it is.
  if (!ArrayBuffer.isView(pfx) || (typeof password !== 'string' && typeof password !== 'function')) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      'Le contenu du fichier de certificat (des octets) et son mot de passe sont attendus.',
    );
  }

  const secret = anyText('password', typeof password === 'string' ? password : await hostText(password, limits));
  // While the password was asked for, the host may have given the bytes away.
  const content = await openPkcs12(bytesOf('pfx', pfx), secret);
  const keys = content.keys.map(privateKeyFromDer).filter((key) => key !== null);

  return new SoftwareProvider('pkcs12', pairIdentities(keys, content.certificates), selection);
}

/**
 * What a callback of the host throws is not ours to show: it may quote the secret. A person may be
 * behind it, who takes the time that the caller allows.
 */
function hostText(ask: () => Promise<string>, limits: CallOptions): Promise<string> {
  return withDeadline(limits, () => readingLater('password', async () => ask()), 'Le mot de passe tarde trop.');
}

function wrongPassphrase(): TerrESanteError {
  return new TerrESanteError('TE_KEYSTORE_PASSWORD', 'Le mot de passe de la clé privée est absent ou incorrect.');
}

const unreadableKey = (): TerrESanteError => keystoreFault('key', 'pem');

/** Of a key that is whole and is not opened, the true reason; else that it cannot be read. */
function refusedKey(error: unknown): TerrESanteError {
  if (!isTerrESanteError(error)) return unreadableKey();
  const { reason, oid } = error.details;
  if (reason !== 'algorithm' && reason !== 'iterations') return unreadableKey();
  return keystoreFault(reason, 'pem', typeof oid === 'string' ? oid : undefined);
}

/**
 * A key without encryption, or in the form before PKCS#8. Neither cause nor message is kept: they
 * may quote the file.
 */
function readPlainKey(key: string, passphrase: string | undefined): KeyObject {
  const encrypted = key.includes('Proc-Type: 4,ENCRYPTED');
  if (encrypted && passphrase === undefined) throw wrongPassphrase();
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    // A wrong passphrase gives noise, which fails in one place or another: only the frame of the
    // file shows that it is whole.
    throw encrypted && /-----END [A-Z ]*PRIVATE KEY-----/.test(key) ? wrongPassphrase() : unreadableKey();
  }
}

const encryptedBlock = /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END ENCRYPTED PRIVATE KEY-----/;

/** @see RFC 5958, section 3 */
async function readPemKey(key: string, passphrase: string | undefined): Promise<KeyObject> {
  if (!key.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')) return readPlainKey(key, passphrase);
  if (passphrase === undefined) throw wrongPassphrase();

  let clear: Uint8Array | null;
  try {
    const der = Buffer.from(encryptedBlock.exec(key)?.[1] ?? '', 'base64');
    const [algorithm, data] = derChildren(derWhole(der));
    if (!algorithm || data?.tag !== 0x04) throw unreadableKey();
    clear = await decryptPart(algorithm.raw, passphrase, data.content, new IterationBudget());
  } catch (error) {
    throw refusedKey(error);
  }

  const read = clear && privateKeyFromDer(clear);
  if (!read) throw wrongPassphrase();
  return read;
}

/**
 * Signs with a key and a chain in PEM.
 *
 * @throws TerrESanteError `TE_KEYSTORE_PASSWORD`, `TE_KEYSTORE_INVALID`, `TE_CERTIFICATE_INVALID`,
 *   `TE_MECHANISM_UNSUPPORTED`, `TE_CANCELLED` and `TE_TIMEOUT` while the host is asked for the
 *   passphrase
 * @group Providers
 */
export async function createPemProvider(input: PemProviderOptions, call?: CallOptions): Promise<OwnedSigningProvider> {
  const { key, passphrase, certificates, ...selection } = optionsOf('input', input, pemChecks);
  const limits = optionsOf('call', call, callChecks);
  const secret =
    typeof passphrase === 'function' ? anyText('passphrase', await hostText(passphrase, limits)) : passphrase;
  return new SoftwareProvider(
    'pem',
    pairIdentities([await readPemKey(key, secret)], pemToDer(certificates)),
    selection,
  );
}
