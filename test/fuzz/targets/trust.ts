import {
  certificateExpiry,
  createPkcs12Provider,
  createVihf,
  explainAssertion,
  readCertificateIdentity,
  verifyAssertion,
} from '../../../src/auth/index.ts';
import { derToPem, pemToDer } from '../../../src/auth/certificates/pem.ts';
import { readCertificate } from '../../../src/auth/certificates/x509.ts';
import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';
import { runtime } from '../documents.ts';
import { patients, professional, secrets, structure } from '../people.ts';
import { must, type Target } from '../target.ts';
import { xmlWords } from './xml.ts';

const now = Date.UTC(2026, 2, 2, 8, 15, 0);

let hierarchy: Promise<TestHierarchy> | undefined;
const at = { ...runtime(), clock: { now: () => now } };
const pki = (): Promise<TestHierarchy> => (hierarchy ??= createTestHierarchy({ runtime: at }));

let assertions: Promise<readonly Uint8Array[]> | undefined;
function signed(): Promise<readonly Uint8Array[]> {
  assertions ??= (async () => {
    const { pfx, password } = (await pki()).professional.signature;
    const card = await createPkcs12Provider({ pfx, password });
    const out: Uint8Array[] = [];
    for (const patient of [patients[0]?.ins, undefined]) {
      const { xml } = await createVihf(
        {
          professional,
          structure,
          patient,
          authentication: { mode: 'direct', means: 'card', instant: now - 740_000 },
          software: { name: 'ESSAI', version: '1.0' },
          target: { resourceUrn: 'urn:exemple' },
        },
        card,
        { runtime: runtime() },
      );
      out.push(Buffer.from(xml));
    }
    return out;
  })();
  return assertions;
}

const samlWords: readonly string[] = [
  ...xmlWords,
  '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="x" Version="2.0">',
  '</saml2:Assertion>',
  '<saml2:AttributeValue>',
  '</saml2:AttributeValue>',
  '<saml2:NameID>',
  'NotOnOrAfter="2036-01-01T00:00:00Z"',
  '<ds:Reference URI="">',
  '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>',
  'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  '899900000011',
  '279035121518989',
];

/** An assertion that is taken says, after any change, what was signed. */
export const vihf: Target = {
  name: 'vihf',
  seeds: signed,
  dictionary: samlWords,
  secrets,
  async read(bytes) {
    const { anchors } = await pki();
    const verified = await verifyAssertion(bytes, { anchors, runtime: at });
    must(verified.nameId === professional.nationalId, 'the user who signed');
    must(verified.patient === null || verified.patient.value === patients[0]?.ins?.value, 'the patient who was signed');
    must(verified.structureId === structure.nationalId, 'the structure that was signed');
    return { id: verified.id, patient: verified.patient, attributes: verified.attributes };
  },
};

export const explained: Target = {
  name: 'vihf-explain',
  seeds: signed,
  dictionary: samlWords,
  secrets,
  findings: true,
  async read(bytes) {
    const { anchors } = await pki();
    const { steps, findings } = await explainAssertion(bytes, { anchors, runtime: at });
    return { steps, findings };
  },
};

const derWords = [
  '\u0030\u0082',
  '\u0002\u0001',
  '\u0006\u0003',
  '\u0005\u0000',
  '\u0013',
  '\u0017',
  '\u0018',
  '\u00a0',
  '\u00a3',
];

export const certificate: Target = {
  name: 'certificate',
  async seeds() {
    const { anchors, professional: one, structure: other } = await pki();
    return [...anchors, one.signature.certDer, one.authentication.certDer, other.authentication.certDer];
  },
  dictionary: derWords,
  read(bytes) {
    const { subject, issuer, notAfter, serialNumber } = readCertificate(bytes);
    return {
      subject,
      issuer,
      notAfter,
      serialNumber,
      identity: readCertificateIdentity(bytes),
      expiry: certificateExpiry(bytes, { runtime: at }).findings,
    };
  },
};

export const pem: Target = {
  name: 'pem',
  async seeds() {
    const { anchors } = await pki();
    return [Buffer.from(anchors.map((der) => derToPem(der)).join(''))];
  },
  dictionary: [
    '-----BEGIN CERTIFICATE-----',
    '-----END CERTIFICATE-----',
    '-----BEGIN PRIVATE KEY-----',
    '=',
    '====',
    '\r',
    '\n',
  ],
  read(bytes) {
    const ders = pemToDer(Buffer.from(bytes).toString('utf8'));
    const again = pemToDer(ders.map((der) => derToPem(der)).join(''));
    must(
      again.length === ders.length &&
        again.every((der, index) => Buffer.from(der).equals(ders[index] ?? Buffer.alloc(0))),
      'PEM and back',
    );
    return ders;
  },
};

export const pkcs12: Target = {
  name: 'pkcs12',
  async seeds() {
    const { professional: one, structure: other } = await pki();
    return [one.signature.pfx, other.authentication.pfx];
  },
  dictionary: [...derWords, String.fromCodePoint(2, 4, 127, 127, 127, 127)],
  async read(bytes) {
    const { password } = (await pki()).professional.signature;
    const provider = await createPkcs12Provider({ pfx: bytes, password });
    try {
      const certificates = await provider.certificates();
      return { certificates: certificates.map((der) => readCertificate(der).serialNumber) };
    } finally {
      await provider.close();
    }
  },
};

export const trustTargets: readonly Target[] = [vihf, explained, certificate, pem, pkcs12];
