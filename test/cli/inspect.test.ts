import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPkcs12Provider, createVihf } from '../../src/auth/index.ts';
import { documentCommand } from '../../src/cli/document.ts';
import { exampleSpec } from '../../src/cli/document/example.ts';
import { inspectCommand } from '../../src/cli/inspect.ts';
import { buildInsDatamatrix } from '../../src/identity/index.ts';
import { bytesSource, collect, sha256Hex } from '../../src/internal/bytes.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from '../../src/testing/index.ts';
import { composeMdn } from '../../src/transport/mss/answer.ts';
import { rawZip } from '../attack/zip/raw-zip.ts';
import { runCli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-inspect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const inspect = async (path: string): Promise<{ text: string; data: ReturnType<typeof JSON.parse> }> => {
  const text = await runCli(inspectCommand, [path]);
  const json = await runCli(inspectCommand, [path, '--json']);
  expect([text.code, json.code]).toEqual([0, 0]);
  return { text: text.out, data: JSON.parse(json.out) };
};

const pdf = demoLetterPdf();
beforeAll(async () => {
  file('document.pdf', pdf);
  for (const kind of ['letter', 'vsm-structured'] as const) {
    const spec = file(`${kind}.json`, JSON.stringify(exampleSpec(kind)));
    expect((await runCli(documentCommand, ['build', spec, '--out', folder])).code).toBe(0);
  }
});

describe('terr-esante inspect', () => {
  it('a level 1: header, patient, authors, the PDF with its digest', async () => {
    const { text, data } = await inspect(join(folder, 'letter', 'document.xml'));
    for (const part of [
      'Document CDA R2',
      'Titre : Certificat médical',
      'CERT_DECL',
      'INS : 279035121518989',
      'Nom de naissance : DUPRE-TEST',
      'Né(e) le : 28/03/1979',
      'ÉLODIE FICTIF',
      `application/pdf, ${String(pdf.length)} octets, SHA-256 ${sha256Hex(pdf)}`,
    ]) {
      expect(text).toContain(part);
    }
    expect(data).toMatchObject({
      kind: 'cda',
      header: { patient: { birthName: 'DUPRE-TEST' } },
      attachments: [{ mediaType: 'application/pdf', bytes: pdf.length, sha256: sha256Hex(pdf) }],
    });
  });

  it('a structured summary: sections with their text and the number of entries', async () => {
    const { text, data } = await inspect(join(folder, 'vsm-structured', 'document.xml'));
    expect(text).toContain('Pathologies en cours [1 entrée(s)]');
    expect(text).toContain('Risque de chute');
    expect(data.sections.length).toBeGreaterThan(0);
  });

  it('metadata: submission set, entries, links', async () => {
    const { text, data } = await inspect(join(folder, 'letter', 'METADATA.XML'));
    for (const part of ['Lot de soumission', 'CERT_DECL', 'Fichier : DOC0001.XML', 'Trait : PID-8|F', 'HasMember']) {
      expect(text).toContain(part);
    }
    expect(data.documents).toHaveLength(1);
  });

  it('an archive: files, metadata, header of each document', async () => {
    const { text, data } = await inspect(join(folder, 'letter', 'IHE_XDM.zip'));
    for (const part of ['INDEX.HTM', 'Intact : oui', 'En-tête du document', 'Nom de naissance : DUPRE-TEST']) {
      expect(text).toContain(part);
    }
    expect(data.subsets[0].documents[0]).toMatchObject({ intact: true, header: { title: 'Certificat médical' } });
  });

  it('a deposit mail, with its archive', async () => {
    const { text, data } = await inspect(join(folder, 'letter', 'message.eml'));
    for (const part of ['Objet : XDM/1.0/DDM+', 'De : ', 'Message-ID', 'Intact : oui']) expect(text).toContain(part);
    expect(data.report).toBeNull();
    expect(data.archive.files).toHaveLength(4);
  });

  it('a report: what it says of which message', async () => {
    const mdn = await composeMdn(
      {
        messageId: '<a@b.mssante.fr>',
        subject: 'XDM/1.0/DDM',
        returnPath: 'a@simulateur.mssante.fr',
        dispositionNotificationTo: 'a@simulateur.mssante.fr',
        recipient: 'documents@simulateur.mssante.fr',
        content: bytesSource(Buffer.from('Subject: x\r\n\r\n')),
      },
      {
        from: { address: 'documents@simulateur.mssante.fr', label: 'Plateforme' },
        outcome: { kind: 'error', code: '902' },
      },
    );
    const { text, data } = await inspect(file('mdn.eml', await collect(mdn.content.open())));
    for (const part of ['accusé (MDN)', '<a@b.mssante.fr>', '902', 'IHE_XDM.zip : absent']) {
      expect(text).toContain(part);
    }
    expect(data.report.kind).toBe('mdn');
  });

  it('an assertion, without saying that it is good', async () => {
    const { pfx, password } = (await createTestHierarchy()).professional.signature;
    const provider = await createPkcs12Provider({ pfx, password });
    const { xml } = await createVihf(
      {
        professional: fictiveProfessional(),
        structure: fictiveStructure(),
        patient: fictivePatient().ins,
        authentication: { mode: 'direct', means: 'card', instant: Date.now() },
        software: { name: 'ESSAI', version: '1.0', id: 'ESSAI-1' },
        target: { resourceUrn: 'urn:essai', version: '3.0' },
      },
      provider,
    );
    const { text, data } = await inspect(file('vihf.xml', xml));
    expect(text).toContain('non vérifiée');
    expect(text).toContain(`Utilisateur : ${fictiveProfessional().nationalId}`);
    expect(data).toMatchObject({ kind: 'vihf', signed: true, nameId: fictiveProfessional().nationalId });
    expect(text).not.toContain('SignatureValue');
  });

  it('the text of an INS datamatrix', async () => {
    const scan = buildInsDatamatrix(fictivePatient());
    const { text, data } = await inspect(file('scan.txt', `${scan}\r\n`));
    expect(text).toContain('INS : 279035121518989');
    expect(data).toMatchObject({ kind: 'datamatrix', insKind: 'NIR', birthName: 'DUPRE-TEST' });
  });

  it('shows nothing that could command a terminal', async () => {
    // No builder writes such a title; another sender may.
    const hostile = 'Courrier \u009b31m\u202erenversé\u2028';
    const spec = file('plain.json', JSON.stringify({ ...exampleSpec('other'), title: 'Courrier simple' }));
    await runCli(documentCommand, ['build', spec, '--out', join(folder, 'plain')]);
    const read = (name: string): string =>
      readFileSync(join(folder, 'plain', 'other', name), 'utf8').replaceAll('Courrier simple', hostile);
    const [document, metadata] = [read('document.xml'), read('METADATA.XML')];
    const files = [
      file('hostile.xml', document),
      file('HOSTILE-METADATA.XML', metadata),
      file(
        'hostile.zip',
        rawZip({
          entries: [
            { name: 'INDEX.HTM', data: '<html/>' },
            { name: 'README.TXT', data: 'x' },
            { name: 'IHE_XDM/SUBSET01/METADATA.XML', data: metadata },
            { name: 'IHE_XDM/SUBSET01/DOC0001.XML', data: document },
          ],
        }),
      ),
    ];

    for (const path of files) {
      for (const options of [[], ['--json']]) {
        const { out } = await runCli(inspectCommand, [path, ...options]);
        expect(out).toContain('renversé');
        expect(out).not.toMatch(/[\0-\x09\x0B-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069]/);
      }
    }
  });

  it.each([
    ['empty', '', 'TE_INPUT_INVALID'],
    ['plain text', 'bonjour CANARI', 'TE_INPUT_INVALID'],
    ['identity', '{"traits":{"birthName":"CANARI"}}', 'TE_UNSUPPORTED'],
    ['broken CDA', '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>CANARI', 'TE_XML_INVALID'],
    ['two roots', '<ClinicalDocument xmlns="urn:hl7-org:v3"/><a>CANARI</a>', 'TE_XML_INVALID'],
    ['entities', '<!DOCTYPE x [<!ENTITY e "CANARI">]><ClinicalDocument>&e;</ClinicalDocument>', 'TE_XML_INVALID'],
    ['no registry object', '<SubmitObjectsRequest>CANARI</SubmitObjectsRequest>', 'TE_DOCUMENT_INVALID'],
    ['broken zip', 'PK\u0003\u0004CANARI', 'TE_ARCHIVE_INVALID'],
    ['two assertions', '<Envelope><Assertion ID="CANARI"/><Assertion/></Envelope>', 'TE_ASSERTION_INVALID'],
    ['broken datamatrix', 'IS01CANARI', 'TE_DATAMATRIX_INVALID'],
    ['bomb of headers', `Subject: ${'CANARI'.repeat(100_000)}\r\n\r\n`, 'TE_VALIDATION'],
  ])('refuses %s with a type, and repeats nothing of it', async (name, content, code) => {
    const error = await runCli(inspectCommand, [file(`${name}.bin`, content)]).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error) + String(error)).not.toContain('CANARI');
  });

  it('never fails but with a type on truncated and altered files', async () => {
    for (const name of ['document.xml', 'METADATA.XML', 'IHE_XDM.zip', 'message.eml']) {
      const whole = readFileSync(join(folder, 'letter', name));
      for (let part = 1; part < 12; part += 1) {
        const bytes = Buffer.from(whole);
        bytes[Math.floor((whole.length * part) / 12)]! ^= 0x21;
        for (const content of [whole.subarray(0, Math.floor((whole.length * part) / 12)), bytes]) {
          await runCli(inspectCommand, [file('part.bin', content)]).catch((error: unknown) => {
            expect(String((error as { code?: string }).code)).toMatch(/^TE_/);
            expect(JSON.stringify(error)).not.toMatch(/DUPRE|279035121/);
          });
        }
      }
    }
  });

  it.each([[[]], [['a', 'b']]])('%j is a wrong use', async (args) => {
    expect((await runCli(inspectCommand, args)).code).toBe(2);
  });
});
