import type { MockCardContent, MockPractice } from './model.ts';
import type { StoredCard } from './state.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const tlv = (tag: number, value: Uint8Array): Buffer => Buffer.concat([Buffer.from([tag, value.length]), value]);

/** A practice as a card holds it: name, structure and sector in one container. */
function practiceBytes(practice: MockPractice): Uint8Array {
  if (practice instanceof Uint8Array) return practice;

  const { name, structureId, activitySector } = practice;
  const fields = [
    tlv(0x84, Buffer.from(name)),
    tlv(0x85, Buffer.from(structureId)),
    tlv(0x86, Buffer.from(activitySector)),
  ];
  return tlv(0xee, Buffer.concat(fields));
}

/** A card read without contact, or one that is no CPS: the technical certificate alone. */
function technicalCard(kind: 'contactless' | 'vitale', { signature }: MockCardContent): StoredCard {
  return {
    kind,
    certificates: [{ id: 0x30, label: 'Certificat Technique CPS', value: base64(signature.certDer) }],
    keys: [{ id: 0x30, label: 'CPS_PRIV_TECH_AUT', pem: signature.keyPem }],
    data: [],
  };
}

/** Professional data, readable by anyone, and the practices, readable after the PIN. */
function dataObjects({ specialtyCode, practices = {} }: MockCardContent): StoredCard['data'] {
  const data = Object.entries(practices).map(([index, practice]) => ({
    label: `CPS_ACTIVITY_${index.padStart(2, '0')}_PS`,
    value: base64(practiceBytes(practice)),
    secret: true,
  }));
  if (specialtyCode === undefined) return data;

  const info = { label: 'CPS_INFO_PS', value: base64(tlv(0x30, Buffer.from(specialtyCode))), secret: false };
  return [info, ...data];
}

/** The objects of a card, in a form that a file can hold. */
export function storedCard(content: MockCardContent): StoredCard {
  const { signature, authentication, kind = 'cps' } = content;
  if (kind !== 'cps') return technicalCard(kind, content);

  const certificates = [{ id: 0x10, label: 'Certificat de Signature CPS', value: base64(signature.certDer) }];
  const keys = [{ id: 0x10, label: 'CPS_PRIV_SIG', pem: signature.keyPem }];
  if (authentication) {
    const value = base64(authentication.certDer);
    certificates.push({ id: 0x20, label: "Certificat d'Authentification CPS", value });
    keys.push({ id: 0x20, label: 'CPS_PRIV_AUT', pem: authentication.keyPem });
  }

  return { kind, certificates, keys, data: dataObjects(content) };
}
