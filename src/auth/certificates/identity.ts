import { derChildren, derSmallInteger, derString, derWhole, type Der } from './der.ts';
import { nameValue } from './dn.ts';
import { readCertificate, type Certificate } from './x509.ts';
import { bytesOf, reading } from '../../internal/border.ts';

/** Whom a certificate of the IGC-Santé (or of the former IGC-CPS) names. @group Certificates */
export interface CertificateIdentity {
  /** `person` when the name holds a surname, or a card type is given. */
  readonly kind: 'person' | 'organisation';
  /**
   * `signature` when the key usage has nonRepudiation, `authentication` for digitalSignature alone.
   */
  readonly use: 'signature' | 'authentication' | 'other';
  /** Common name of a person: the national identifier, type digit included. */
  readonly nationalId: string | null;
  readonly familyName: string | null;
  readonly givenName: string | null;
  /** Profession label of the card, for example `Médecin`. */
  readonly title: string | null;
  /** Organisational unit, when it has the form of a structure identifier. */
  readonly structureId: string | null;
  readonly organisation: string | null;
  readonly cardType: 'CPS' | 'CPF' | 'CPE' | 'CPA' | null;
  /** Card number, as written in the certificate. */
  readonly cardNumber: string | null;
  /**
   * Product category of the table TRE_G01: `00` card, `02` security module, `03` software, `80`,
   * `82`, `83` their tests.
   */
  readonly productCategory: string | null;
  readonly environment: 'test' | 'production' | null;
  /** TRE_G15. */
  readonly professionCode: string | null;
  /** TRE_G16, of a professional in training. */
  readonly trainingProfessionCode: string | null;
  /** TRE_R01; empty when the certificate says none. */
  readonly specialtyCodes: readonly string[];
}

const arc = '1.2.250.1.71.1.2';
const cardTypes = ['CPS', 'CPF', 'CPE', 'CPA'] as const;

/**
 * The value inside an extension, `null` when absent or unreadable: such an extension is no reason
 * to refuse a card.
 */
function inside(certificate: Certificate, oid: string): Der | null {
  const value = certificate.extensions.get(oid)?.value;
  if (!value) return null;
  try {
    return derWhole(value);
  } catch {
    return null;
  }
}

function category(certificate: Certificate): string | null {
  const node = inside(certificate, `${arc}.5`);
  if (!node) return null;
  if (node.tag === 0x04 && node.content.length === 1) return Buffer.from(node.content).toString('hex');
  const text = node.tag === 0x04 ? Buffer.from(node.content).toString('latin1') : derString(node);
  return text !== null && /^\d{2}$/.test(text) ? text : null;
}

function integer(certificate: Certificate, oid: string): string | null {
  const node = inside(certificate, oid);
  const value = node && derSmallInteger(node);
  return value === null ? null : String(value);
}

function strings(certificate: Certificate, oid: string): string[] {
  const node = inside(certificate, oid);
  if (!node) return [];
  const items = node.tag === 0x30 ? derChildren(node) : [node];
  return items.map(derString).filter((value) => value !== null);
}

const environments = new WeakMap<Certificate, 'test' | 'production' | 'unmarked'>();

/**
 * Test or production: by the product category, and by the issuer's name; one mark of test is
 * enough. `null` when the certificate carries neither mark.
 */
export function environmentOf(certificate: Certificate): 'test' | 'production' | null {
  let seen = environments.get(certificate);
  if (!seen) environments.set(certificate, (seen = readEnvironment(certificate) ?? 'unmarked'));
  return seen === 'unmarked' ? null : seen;
}

function readEnvironment(certificate: Certificate): 'test' | 'production' | null {
  const product = category(certificate);
  const issuer = certificate.issuer.flat().map(({ value }) => value ?? '');
  if (
    product?.startsWith('8') ||
    issuer.some((value) => value.startsWith('TEST ') || value === 'TEST' || value === 'IGC-SANTE TEST')
  ) {
    return 'test';
  }
  return product !== null || issuer.some((value) => value === 'IGC-SANTE' || value === 'GIP-CPS') ? 'production' : null;
}

function useOf(keyUsage: Certificate['keyUsage']): CertificateIdentity['use'] {
  if (keyUsage?.includes('nonRepudiation')) return 'signature';
  return keyUsage?.includes('digitalSignature') ? 'authentication' : 'other';
}

/**
 * Reads whom a certificate names: a professional's card or a structure.
 *
 * Profession and specialty are in the certificates of some cards only: absent here, take them from
 * the card's data or from the software.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID`
 * @see IGC-Santé, certificate policies; national tables TRE_G01, TRE_G15, TRE_G16, TRE_R01
 * @group Certificates
 */
export function readCertificateIdentity(der: Uint8Array): CertificateIdentity {
  return reading('der', () => identityOf(readCertificate(bytesOf('der', der))));
}

/** The same of a certificate that was read already. */
export function identityOf(certificate: Certificate): CertificateIdentity {
  const { subject, keyUsage } = certificate;
  const commonName = nameValue(subject, '2.5.4.3');
  const unit = nameValue(subject, '2.5.4.11');

  // A name, a pseudonym or a type of card: it is a person's.
  const familyName = nameValue(subject, '2.5.4.4');
  const type = integer(certificate, `${arc}.2`);
  const person = familyName !== null || type !== null || nameValue(subject, '2.5.4.65') !== null;

  return {
    kind: person ? 'person' : 'organisation',
    use: useOf(keyUsage),
    nationalId: person ? commonName : null,
    familyName,
    givenName: nameValue(subject, '2.5.4.42'),
    title: nameValue(subject, '2.5.4.12'),
    structureId: unit !== null && /^[0-6][0-9A-Z]{8,20}$/.test(unit) ? unit : null,
    organisation: nameValue(subject, '2.5.4.10'),
    cardType: (type !== null && cardTypes[Number(type)]) || null,
    cardNumber: strings(certificate, `${arc}.3`)[0] ?? null,
    productCategory: category(certificate),
    environment: environmentOf(certificate),
    professionCode: integer(certificate, `${arc}.7`),
    trainingProfessionCode: integer(certificate, `${arc}.8`),
    specialtyCodes: strings(certificate, '1.2.250.1.71.4.2.5'),
  };
}
