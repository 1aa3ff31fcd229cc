import { readCertificateIdentity } from '../certificates/identity.ts';
import { readCertificate, type Certificate } from '../certificates/x509.ts';
import { CKF } from './constants.ts';
import type { CardContent } from './engine.ts';
import type { CardObject } from './objects.ts';
import { readSpecialty } from './practices.ts';
import type { CardCertificate, CardInfo, PinState } from './types.ts';

const labels = {
  signature: 'Certificat de Signature CPS',
  authentication: "Certificat d'Authentification CPS",
  contactless: 'Certificat Technique CPS',
} as const;

export interface CardKey {
  /** `CKA_ID`, which pairs certificate and private key. */
  readonly id: string;
  readonly der: Uint8Array;
}

export interface CpsCard {
  readonly kind: 'cps';
  readonly info: CardInfo;
  readonly signature: CardKey;
  readonly authentication: CardKey | null;
  /** SHA-256 of the signature certificate, which differs from card to card. */
  readonly fingerprint: string;
}

export type ReadCard = CpsCard | { readonly kind: 'contactless' } | { readonly kind: 'other' };

export function pinState(flags: number): PinState {
  if ((flags & CKF.USER_PIN_LOCKED) !== 0) return 'locked';
  if ((flags & CKF.USER_PIN_FINAL_TRY) !== 0) return 'final';
  return (flags & CKF.USER_PIN_COUNT_LOW) !== 0 ? 'low' : 'ok';
}

interface Candidate {
  readonly object: CardObject;
  readonly certificate: Certificate;
}

function candidate(object: CardObject): Candidate[] {
  try {
    return [{ object, certificate: readCertificate(object.value) }];
  } catch (error) {
    // A damaged certificate that is not the card's own is left out.
    if (object.label === labels.signature) throw error;
    return [];
  }
}

function only<T>(items: readonly T[]): T | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}

/** The key usage nonRepudiation, which the signature certificate of a card alone carries. */
function signs({ certificate }: Candidate): boolean {
  return certificate.keyUsage?.includes('nonRepudiation') ?? false;
}

function authenticates(candidate: Candidate): boolean {
  return !signs(candidate) && (candidate.certificate.keyUsage?.includes('digitalSignature') ?? false);
}

/** The one certificate under a label, otherwise the one leaf of which the test holds. */
function findCertificate(
  all: readonly Candidate[],
  label: string,
  test: (candidate: Candidate) => boolean,
): Candidate | null {
  const labelled = only(all.filter(({ object }) => object.label === label));
  if (labelled) return labelled;

  const leaves = all.filter(
    ({ certificate, object }) => !certificate.isAuthority && object.label !== labels.contactless,
  );
  return only(leaves.filter(test));
}

function describe(use: CardCertificate['use'], { certificate }: Candidate): CardCertificate {
  const { der, notBefore, notAfter } = certificate;
  return { use, der, notBefore, notAfter };
}

function keyOf({ object }: Candidate): CardKey {
  return { id: object.id, der: object.value };
}

/**
 * Recognises what lies in the reader. Both certificates of a card have the same subject: the label
 * distinguishes them, otherwise the key usage nonRepudiation, which the signature certificate alone
 * carries.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the card's signature certificate is not
 *   readable
 */
export function readCard(content: CardContent, reader: string): ReadCard {
  const all = content.certificates.filter(({ id }) => id !== '').flatMap(candidate);

  const signature = findCertificate(all, labels.signature, signs);
  if (!signature) {
    const contactless = content.certificates.some(({ label }) => label === labels.contactless);
    return { kind: contactless ? 'contactless' : 'other' };
  }

  const authentication = findCertificate(all, labels.authentication, authenticates);
  const certificates = [describe('signature', signature)];
  if (authentication) certificates.push(describe('authentication', authentication));

  const holder = readCertificateIdentity(signature.object.value);
  return {
    kind: 'cps',
    info: {
      reader,
      holder,
      certificates,
      specialtyCode: only(holder.specialtyCodes) ?? readSpecialty(content.infoPs),
      pin: pinState(content.flags),
      pinPad: (content.flags & CKF.PROTECTED_AUTHENTICATION_PATH) !== 0,
    },
    signature: keyOf(signature),
    authentication: authentication && keyOf(authentication),
    fingerprint: signature.certificate.fingerprint,
  };
}
