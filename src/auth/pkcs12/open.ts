import type { ContentInfo, MacData, SafeBag } from 'pkijs';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { readCertificate } from '../certificates/x509.ts';
import { loadStructures, type Structures } from '../certificates/structures.ts';
import { corrupt, decryptPart, IterationBudget } from './decrypt.ts';
import { macMatches, type FileMac } from './mac.ts';

/** What a PKCS#12 file holds, decrypted. */
export interface Pkcs12Content {
  /** PKCS#8, in DER. */
  readonly keys: readonly Uint8Array[];
  /** In DER, in file order. */
  readonly certificates: readonly Uint8Array[];
}

const maxBytes = 1024 * 1024;
const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';

function wrongPassword(): TerrESanteError {
  return new TerrESanteError('TE_KEYSTORE_PASSWORD', 'Le mot de passe du fichier de certificat est incorrect.');
}

class Reader {
  readonly keys: Uint8Array[] = [];
  readonly certificates: Uint8Array[] = [];
  readonly budget: IterationBudget = new IterationBudget();
  readonly #password: string;
  readonly #libraries: Structures;
  /** Set once a part opened: the password is then the right one. */
  opened = false;

  constructor(password: string, loaded: Structures) {
    this.#password = password;
    this.#libraries = loaded;
  }

  parse(bytes: ArrayBuffer | Uint8Array): import('asn1js').AsnType {
    const { offset, result } = this.#libraries.asn1js.fromBER(
      Uint8Array.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)),
    );
    if (offset === -1) throw corrupt('asn1');
    return result;
  }

  octets(value: unknown): Uint8Array {
    if (!(value instanceof this.#libraries.asn1js.OctetString)) throw corrupt('content');
    return new Uint8Array(value.getValue());
  }

  async #decrypt(algorithm: { toSchema(): { toBER(): ArrayBuffer } }, bytes: Uint8Array): Promise<Uint8Array> {
    const clear = await decryptPart(new Uint8Array(algorithm.toSchema().toBER()), this.#password, bytes, this.budget);
    if (!clear) throw wrongPassword();
    this.opened = true;
    return clear;
  }

  async #bag(bag: SafeBag, depth: number): Promise<void> {
    const { pkijs } = this.#libraries;
    const value: unknown = bag.bagValue;

    if (value instanceof pkijs.PKCS8ShroudedKeyBag) {
      this.keys.push(await this.#decrypt(value.encryptionAlgorithm, this.octets(value.encryptedData)));
    } else if (value instanceof pkijs.PrivateKeyInfo) this.keys.push(new Uint8Array(value.toSchema().toBER()));
    else if (value instanceof pkijs.CertBag) {
      if (value.certId === '1.2.840.113549.1.9.22.1') this.certificates.push(this.octets(value.certValue));
    } else if (value instanceof pkijs.SafeContents) await this.#contents(value.safeBags, depth + 1);
  }

  async #contents(bags: readonly SafeBag[], depth: number): Promise<void> {
    if (depth > 4) throw corrupt('depth');
    for (const bag of bags) await this.#bag(bag, depth);
  }

  async part({ contentType, content }: ContentInfo): Promise<void> {
    const { pkijs } = this.#libraries;
    let clear: Uint8Array;

    if (contentType === data) clear = this.octets(content);
    else if (contentType === encryptedData) {
      const { encryptedContentInfo } = new pkijs.EncryptedData({ schema: content });
      if (!encryptedContentInfo.encryptedContent) throw corrupt('content');
      clear = await this.#decrypt(
        encryptedContentInfo.contentEncryptionAlgorithm,
        new Uint8Array(encryptedContentInfo.getEncryptedContent()),
      );
    } else {
      throw corrupt('content-type');
    }

    await this.#contents(new pkijs.SafeContents({ schema: this.parse(clear) }).safeBags, 0);
  }
}

/** What a file is that is no PKCS#12: told by its first bytes, before it is called altered. */
function otherKind(pfx: Uint8Array): string | null {
  const head = Buffer.from(pfx.subarray(0, 4)).toString('hex');
  // JKS, and JCEKS (the keystores of Java before version 9).
  if (head === 'feedfeed' || head === 'cececece') return 'jks';
  if (Buffer.from(pfx.subarray(0, 4096)).includes('-----BEGIN ')) return 'is-pem';

  try {
    readCertificate(pfx);
    return 'is-certificate';
  } catch {
    return null;
  }
}

/** The seal of a file, out of the library's structure. */
function macOf({ mac, macSalt, iterations }: MacData): FileMac {
  return {
    algorithm: new Uint8Array(mac.digestAlgorithm.toSchema().toBER()),
    value: new Uint8Array(mac.digest.getValue()),
    salt: new Uint8Array(macSalt.getValue()),
    iterations: iterations ?? 1,
  };
}

async function open(pfx: Uint8Array, password: string, loaded: Structures): Promise<Pkcs12Content> {
  const { pkijs } = loaded;
  const reader = new Reader(password, loaded);

  const file = new pkijs.PFX({ schema: reader.parse(pfx) });
  if (file.authSafe.contentType !== data) throw corrupt('integrity-mode');

  const content = reader.octets(file.authSafe.content);
  const safes = new pkijs.AuthenticatedSafe({ schema: reader.parse(content) }).safeContents;
  const intact = file.macData ? await macMatches(macOf(file.macData), password, content, reader.budget) : null;

  try {
    for (const safe of safes) await reader.part(safe);
  } catch (error) {
    // A part that opened, or the MAC, vouches for the password: what fails then is the content.
    if (isTerrESanteError(error) && error.code === 'TE_KEYSTORE_PASSWORD' && (intact === true || reader.opened)) {
      throw corrupt('content');
    }
    throw error;
  }

  if (intact === false) throw reader.opened ? corrupt('mac') : wrongPassword();
  return { keys: reader.keys, certificates: reader.certificates };
}

/**
 * Opens a PKCS#12 file: PBES2 (AES, Camellia, ARIA, 3DES, by PBKDF2 or scrypt) and the older
 * schemes (3DES, RC2), sealed by the MAC of PKCS#12 or by PBMAC1.
 *
 * A wrong password and an altered file differ in what the password opens: when the MAC does not
 * match and no part opens, it is the password; when a part opens, it is the file.
 *
 * @throws TerrESanteError `TE_KEYSTORE_PASSWORD`, `TE_KEYSTORE_INVALID`
 * @see RFC 7292; RFC 8018; RFC 9579 (PBMAC1)
 */
export async function openPkcs12(pfx: Uint8Array, password: string): Promise<Pkcs12Content> {
  if (pfx.length > maxBytes) throw corrupt('size');
  const other = otherKind(pfx);
  if (other !== null) throw corrupt(other);

  // Outside of what judges the file: a bundle without its libraries is no fault of it.
  const loaded = await loadStructures();
  try {
    return await open(pfx, password, loaded);
  } catch (error) {
    if (isTerrESanteError(error)) throw error.code === 'TE_CERTIFICATE_INVALID' ? corrupt('asn1') : error;
    throw corrupt('asn1');
  }
}
