import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { types } from 'node:util';

import { TerrESanteError } from '../../errors.ts';

/** Closes and opens pieces of data; the context ties a piece to its place. */
export interface Seal {
  /** First word of a file, so that a spool is not read with the wrong key by mistake. */
  readonly mark: 'P' | 'E';
  /** Bytes added to each piece. */
  readonly overhead: number;
  close(bytes: Uint8Array, context: string): Uint8Array;
  open(bytes: Uint8Array, context: string): Uint8Array;
}

const openSeal: Seal = { mark: 'P', overhead: 0, close: (bytes) => bytes, open: (bytes) => bytes };

const nonceBytes = 12;
const tagBytes = 16;

const keyBytes = 32;

/**
 * AES-256-GCM with a key of the host: a random nonce and the authentication tag beside each piece.
 *
 * @see NIST SP 800-38D
 */
export function sealWith(key: Uint8Array | undefined): Seal {
  return key === undefined ? openSeal : new AesSeal(requireKey(key));
}

/**
 * Only bytes are a key. A text of 32 characters has a length too, and copied into bytes it becomes
 * zeros: everybody would have that key. Bytes that are all the same were never drawn.
 */
function requireKey(key: unknown): Uint8Array {
  if (!types.isUint8Array(key)) {
    throw wrongKey('elle doit être un Uint8Array, et non un texte (Buffer.from(texte, "base64") en fait un)');
  }
  if (key.length !== keyBytes) throw wrongKey(`elle doit faire ${String(keyBytes)} octets`);
  if (key.every((byte) => byte === key[0])) throw wrongKey('tous ses octets sont égaux');
  return key;
}

const wrongKey = (why: string): TerrESanteError =>
  new TerrESanteError('TE_CONFIG_INVALID', `La clé de chiffrement est refusée : ${why}.`, {
    details: { argument: 'key' },
  });

/** A seal that closes with one key, and opens what that key or the former one closed. */
export function turningSeal(key: Uint8Array | undefined, formerKey: Uint8Array): Seal {
  if (key === undefined) throw wrongKey('une clé précédente (formerKey) en demande une nouvelle');

  const [present, former] = [new AesSeal(requireKey(key)), new AesSeal(requireKey(formerKey))];
  return {
    mark: 'E',
    overhead: present.overhead,
    close: (bytes, context) => present.close(bytes, context),
    open(bytes, context) {
      try {
        return present.open(bytes, context);
      } catch {
        return former.open(bytes, context);
      }
    },
  };
}

class AesSeal implements Seal {
  readonly mark = 'E';
  readonly overhead: number = nonceBytes + tagBytes;
  readonly #secret: Uint8Array;

  constructor(key: Uint8Array) {
    // A copy: the host may wipe its own.
    this.#secret = Uint8Array.from(key);
  }

  close(bytes: Uint8Array, context: string): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#secret, nonce).setAAD(Buffer.from(context, 'utf8'));
    const body = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([nonce, ...body, cipher.getAuthTag()]);
  }

  open(bytes: Uint8Array, context: string): Uint8Array {
    const end = bytes.length - tagBytes;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#secret, bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(context, 'utf8'))
        .setAuthTag(bytes.subarray(end));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, end)), decipher.final()]);
    } catch {
      throw unreadable();
    }
  }
}

export function unreadable(): TerrESanteError {
  return new TerrESanteError(
    'TE_OUTBOX',
    "Un fichier de la boîte d'envoi est illisible : mauvaise clé ou fichier abîmé.",
  );
}
