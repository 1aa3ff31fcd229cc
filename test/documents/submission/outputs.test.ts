import { describe, expect, it } from 'vitest';
import {
  createSubmission,
  readMetadata,
  writeMetadata,
  writeProvideAndRegister,
  writeStatusUpdate,
  writeVisibilityUpdate,
  type DocumentEntry,
} from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';
import { ebrimSchemas, provideAndRegisterSchema, validate } from '../helpers/ebrim-xsd.ts';

const schemas = ebrimSchemas();
const entryUuid = 'urn:uuid:00000000-1111-4222-8333-444444444444';
const first = builtDocument();
const second = builtDocument({ uniqueId: '2.999.1.10.5.20260315.2' });
const submission = createSubmission([first, second], {
  sourceId,
  comments: 'Envoi de test',
  folders: [{ title: 'Grossesse', codes: [{ code: '1', codeSystem: '2.999.7', displayName: 'Suivi' }] }],
  details: {
    [first.header.uniqueId]: {
      comments: 'À lire',
      referenceIds: [{ id: '7252', authority: '2.999.8', type: 'urn:ihe:iti:xds:2013:order' }],
      relations: [{ kind: 'replaces', entryUuid }],
    },
  },
  runtime: fixedRuntime(),
});
const xsd = (name: string): string => `${schemas ?? ''}/${name}`;

describe('folders and relations', () => {
  const read = readMetadata(writeMetadata(submission));

  it('links the new document to the entryUUID it replaces', () => {
    expect(read.associations.filter(({ type }) => type.endsWith(':RPLC'))).toMatchObject([
      { source: 'Document01', target: entryUuid },
    ]);
  });

  it('puts both documents in the folder, and the folder and its memberships in the submission set', () => {
    expect(read.folders).toEqual(submission.folders);
    const members = read.associations
      .filter(({ type }) => type.endsWith(':HasMember'))
      .map(({ source, target }) => [source, target]);
    expect(members).toEqual([
      ['SubmissionSet01', 'Document01'],
      ['SubmissionSet01', 'Document02'],
      ['Folder01', 'Document01'],
      ['Folder01', 'Document02'],
      ['SubmissionSet01', 'Folder01'],
      ['SubmissionSet01', 'Folder01-Document01'],
      ['SubmissionSet01', 'Folder01-Document02'],
    ]);
  });

  it('keeps comments and references', () => {
    expect(read.documents[0]).toEqual(submission.documents[0]!.entry);
    expect(read.documents[0]!.referenceIds).toHaveLength(1);
  });

  it.skipIf(schemas === null)('is valid against the ebRIM schemas', () => {
    validate(xsd('lcm.xsd'), writeMetadata(submission));
  });

  it.each([
    ['a uniqueId instead of an entryUUID', { relations: [{ kind: 'replaces' as const, entryUuid: '2.999.1' }] }],
  ])('refuses %s', (_, details) => {
    expect(() => createSubmission([first], { sourceId, details: { [first.header.uniqueId]: details } })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });

  it('refuses details of a document that is not there', () => {
    expect(() => createSubmission([first], { sourceId, details: { '2.999.9': {} } })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });
});

describe('writeProvideAndRegister', () => {
  const { body, documents } = writeProvideAndRegister(submission);

  it('carries the same objects as METADATA.XML, without URI', () => {
    const read = readMetadata(body);
    const archived = readMetadata(writeMetadata(submission));
    expect(read.documents).toEqual(archived.documents.map((entry) => ({ ...entry, uri: null })));
    expect(read.submissionSets).toEqual(archived.submissionSets);
  });

  it('has one part per document', async () => {
    expect(documents.map(({ id }) => id)).toEqual(['Document01', 'Document02']);
    for (const { contentId } of documents) expect(body).toContain(`href="cid:${contentId}"`);
    expect(await collect(documents[0]!.content.open())).toEqual(await collect(first.content.open()));
  });

  it.skipIf(schemas === null)('is valid against IHEXDSB.xsd, once each inclusion is its base64', () => {
    const whole = body.replaceAll(/<xop:Include[^>]*><\/xop:Include>/g, 'AAAA');
    validate(provideAndRegisterSchema(schemas ?? ''), Buffer.from(whole));
  });
});

describe('metadata update', () => {
  const registered: DocumentEntry = {
    ...submission.documents[0]!.entry,
    entryUuid,
    logicalId: 'urn:uuid:00000000-1111-4222-8333-555555555555',
    version: '1',
    uri: null,
  };
  const { authors, contentTypeCode: contentType } = submission.submissionSet;
  const options = { author: authors[0]!, sourceId, contentType };

  it('deletes', () => {
    const xml = writeStatusUpdate(
      registered,
      { from: 'approved', to: 'deleted' },
      { ...options, runtime: fixedRuntime() },
    );
    expect(readMetadata(xml).associations).toMatchObject([
      {
        type: 'urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus',
        source: 'SubmissionSet01',
        target: entryUuid,
        slots: {
          OriginalStatus: ['urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'],
          NewStatus: ['urn:asip:ci-sis:2010:StatusType:Deleted'],
        },
      },
    ]);
    if (schemas !== null) validate(xsd('lcm.xsd'), xml);
  });

  it('changes the marks of a new version, and keeps the level', () => {
    const visibility = {
      hiddenFromPatient: true,
      hiddenFromProfessionals: false,
      hiddenFromLegalRepresentatives: false,
    };
    const xml = writeVisibilityUpdate(registered, visibility, { ...options, runtime: fixedRuntime() });
    const { documents, associations } = readMetadata(xml);
    expect(documents[0]!.confidentialityCodes.map(({ code }) => code)).toEqual(['N', 'INVISIBLE_PATIENT']);
    expect(documents[0]!.logicalId).toBe(registered.logicalId);
    expect(documents[0]!.entryUuid).not.toBe(entryUuid);
    expect(associations[0]!.slots['PreviousVersion']).toEqual(['1']);
    if (schemas !== null) validate(xsd('lcm.xsd'), xml);
  });

  it('refuses an entry that is not from a registry', () => {
    expect(() =>
      writeStatusUpdate(submission.documents[0]!.entry, { from: 'approved', to: 'deleted' }, options),
    ).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }));
  });
});
