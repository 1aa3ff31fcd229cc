import { derToPem } from '../../auth/certificates/pem.ts';
import type { Authorities } from './authority.ts';
import { extendedKeyUsage, issueCertificate, keyUsage } from './certificate.ts';
import { sequence, tlv } from './der-writer.ts';
import { ellipticKeyPair } from './keys.ts';
import type { TestServerIdentity } from './model.ts';
import { at, day } from './names.ts';

/** A certificate for the name, `localhost` and 127.0.0.1. */
export function serverIdentity(
  { now, organisations }: Authorities,
  name: string,
  notAfter: number,
): TestServerIdentity {
  const { publicKey, privateKey } = ellipticKeyPair();
  const names = [...new Set([name, 'localhost'])].map((host) => tlv(0x82, Buffer.from(host, 'latin1')));

  const der = issueCertificate(
    {
      subject: [[[at.c, 'FR']], [[at.o, 'SERVEUR FICTIF']], [[at.cn, name]]],
      publicKey,
      notBefore: Math.min(now, notAfter) - day,
      notAfter,
      extensions: [
        keyUsage('digitalSignature'),
        extendedKeyUsage('serverAuth'),
        { oid: '2.5.29.17', value: sequence(...names, tlv(0x87, Uint8Array.of(127, 0, 0, 1))) },
      ],
    },
    organisations,
  );

  const certPem = derToPem(der);
  return {
    certPem,
    chainPem: certPem + derToPem(organisations.der),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}
