import { XMLBuilder } from 'fast-xml-parser';
import { buildLetter, checkMetadata, createSubmission, writeMetadata } from 'terr-esante-sdk/documents';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
import { race } from '../lib/race.mjs';

const count = 10_000;

/** The object that fast-xml-parser's builder turns into the same METADATA.XML. */
function plain(documents) {
  const slots = (values) =>
    Object.entries(values).map(([name, list]) => ({ '@name': name, 'rim:ValueList': { 'rim:Value': list } }));
  const name = (value) => ({ 'rim:LocalizedString': { '@xml:lang': 'fr-FR', '@charset': 'UTF-8', '@value': value } });
  const code = (id, scheme, owner, { code: value, codeSystem, displayName }) => ({
    '@id': id,
    '@classificationScheme': scheme,
    '@classifiedObject': owner,
    '@nodeRepresentation': value,
    '@objectType': 'urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification',
    'rim:Slot': slots({ codingScheme: [codeSystem] }),
    'rim:Name': name(displayName),
  });
  const entries = documents.map(({ entry }, index) => ({
    '@id': entry.entryUuid,
    '@mimeType': entry.mimeType,
    '@objectType': 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1',
    'rim:Slot': slots({
      creationTime: [entry.creationTime],
      languageCode: [entry.languageCode],
      legalAuthenticator: ['899700012349^EXEMPLE^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'],
      serviceStartTime: [entry.serviceStartTime],
      sourcePatientId: [entry.sourcePatientId],
      sourcePatientInfo: entry.sourcePatientInfo,
      hash: [entry.hash],
      size: [String(entry.size)],
      URI: [entry.uri],
    }),
    'rim:Name': name(entry.title),
    'rim:Classification': [
      {
        '@id': `a${index}`,
        '@classificationScheme': 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d',
        '@classifiedObject': entry.entryUuid,
        '@nodeRepresentation': '',
        'rim:Slot': slots({
          authorPerson: ['899700012349^EXEMPLE^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'],
          authorInstitution: ['Cabinet^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000010'],
          authorSpecialty: ['G15_10/SM54^Médecin^1.2.250.1.213.1.1.4.5'],
        }),
      },
      code(`b${index}`, 'urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a', entry.entryUuid, entry.classCode),
      code(`c${index}`, 'urn:uuid:f0306f51-975f-434e-a61c-c59651d33983', entry.entryUuid, entry.typeCode),
      code(
        `d${index}`,
        'urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f',
        entry.entryUuid,
        entry.confidentialityCodes[0],
      ),
      code(`e${index}`, 'urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d', entry.entryUuid, entry.formatCode),
      code(
        `f${index}`,
        'urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
        entry.entryUuid,
        entry.healthcareFacilityTypeCode,
      ),
      code(`g${index}`, 'urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead', entry.entryUuid, entry.practiceSettingCode),
    ],
    'rim:ExternalIdentifier': [entry.patientId, entry.uniqueId].map((value, at) => ({
      '@id': `x${index}-${at}`,
      '@registryObject': entry.entryUuid,
      '@identificationScheme': 'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427',
      '@value': value,
      'rim:Name': name('XDSDocumentEntry.patientId'),
    })),
  }));
  return {
    'lcm:SubmitObjectsRequest': {
      '@xmlns:lcm': 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0',
      '@xmlns:rim': 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
      'rim:RegistryObjectList': { 'rim:ExtrinsicObject': entries },
    },
  };
}

export async function run() {
  const letter = await buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    pdf: demoLetterPdf(),
    patientConsent: true,
  });
  const one = createSubmission([letter], { sourceId: '2.999.1.10' });
  const [first] = one.documents;
  const documents = Array.from({ length: count }, (_, index) => ({
    ...first,
    entry: { ...first.entry, entryUuid: `Document${index}`, uniqueId: `2.999.1.10.${index}`, uri: `D${index}.XML` },
  }));
  const submission = { ...one, documents };
  const registry = {
    submissionSets: [one.submissionSet],
    documents: documents.map(({ entry }) => entry),
    folders: [],
    associations: documents.map(({ entry }, index) => ({
      id: `as${index}`,
      type: 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember',
      source: one.submissionSet.id,
      target: entry.entryUuid,
      slots: { SubmissionSetStatus: ['Original'] },
    })),
  };
  const object = plain(documents);
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: false });
  let findings;
  let ours = 0;
  let theirs = 0;
  const cpu = await race(
    {
      write: async () => {
        ours = writeMetadata(submission).length;
      },
      writeAndCheck: async () => {
        writeMetadata(submission);
        ({ findings } = await checkMetadata(registry));
      },
      peer: async () => {
        theirs = Buffer.from(builder.build(object)).length;
      },
    },
    { rounds: 5, warmup: 1 },
  );
  if (findings.length > 0) throw new Error(`unexpected findings: ${findings[0].rule}`);
  const baseline = `fast-xml-parser's builder alone, ${cpu.peer.toFixed(0)} ms (${theirs} bytes; ours ${ours})`;
  return [
    {
      name: `${count} DocumentEntry written / fast-xml-parser`,
      value: cpu.write,
      unit: 'ms CPU',
      baseline,
      ratio: cpu.write / cpu.peer,
      goal: null,
    },
    {
      name: `${count} DocumentEntry written and checked / fast-xml-parser`,
      value: cpu.writeAndCheck,
      unit: 'ms CPU',
      baseline,
      ratio: cpu.writeAndCheck / cpu.peer,
      goal: 'less than 1',
    },
  ];
}
