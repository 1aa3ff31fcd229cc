import { derError } from './der.ts';

const block =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, in order, as DER.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the text holds no certificate.
 * @see RFC 7468
 * @group Certificates
 */
export function pemToDer(pem: string): Uint8Array[] {
  const out = [...pem.matchAll(block)].map(([, body = '']) => Uint8Array.from(Buffer.from(body, 'base64')));
  if (out.length === 0) throw derError('empty-pem');
  return out;
}

/** One certificate as PEM. @group Certificates */
export function derToPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
