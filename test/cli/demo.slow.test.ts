import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import { demoCommand } from '../../src/cli/demo.ts';
import type { DemoSummary } from '../../src/cli/demo/run.ts';
import { readXdm } from '../../src/documents/index.ts';
import { demoLetterPdf, fictivePatient } from '../../src/testing/index.ts';
import { runCli, type CliRun } from '../helpers/cli.ts';
import { missing } from '../helpers/require-tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-demo-'));
const read = (name: string): Buffer => readFileSync(join(folder, name));

/** A scanned letter: one page, one image of several megabytes that does not compress. */
function scannedPdf(bytes: number): Buffer {
  const image = randomBytes(bytes);
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let length = 0;
  const add = (chunk: string | Buffer): void => {
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk;
    parts.push(buffer);
    length += buffer.length;
  };
  const object = (body: string, stream?: Buffer): void => {
    offsets.push(length);
    add(`${offsets.length} 0 obj\n${body}\n`);
    if (stream) {
      add('stream\n');
      add(stream);
      add('\nendstream\n');
    }
    add('endobj\n');
  };
  add('%PDF-1.4\n%\xE2\xE3\xCF\xD3\n');
  object('<< /Type /Catalog /Pages 2 0 R >>');
  object('<< /Type /Pages /Kids [3 0 R] /Count 1 >>');
  object(
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>',
  );
  const draw = Buffer.from('595 0 0 842 0 0 cm /I Do');
  object(`<< /Length ${draw.length} >>`, draw);
  object(
    `<< /Type /XObject /Subtype /Image /Width 1000 /Height ${bytes / 1000} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${bytes} >>`,
    image,
  );
  const xref = length;
  add(
    `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`,
  );
  add(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`);
  return Buffer.concat(parts);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('demo', () => {
  let run: CliRun;
  let summary: DemoSummary;
  beforeAll(async () => {
    run = await runCli(demoCommand, ['--out', folder]);
    summary = JSON.parse(read('summary.json').toString()) as DemoSummary;
  }, 60_000);

  it('ends with every step ticked', () => {
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).not.toContain('✘');
    expect(summary.steps.length).toBeGreaterThan(8);
    expect(summary.steps.every(({ ok }) => ok)).toBe(true);
  });

  it('sees the dossier, the document and the counts', () => {
    expect(summary.dossier).toBe('exists');
    expect(summary.counts.patient).toBe(summary.deposits.length);
    expect(summary.counts.practitioner).toBe(summary.deposits.length);
    for (const deposit of summary.deposits) {
      expect(deposit).toMatchObject({ state: 'visible', messageId: expect.stringMatching(/^<.+@.+>$/) });
      expect(deposit.uniqueId).toMatch(/^[0-9.]+$/);
    }
  });

  it('tells the journey of a practice over each wire after that, the last one to the end', () => {
    expect(summary.journeys.map(({ wire }) => wire)).toEqual(['simulator', 'soap', 'fhir']);
    for (const { seen } of summary.journeys) expect(seen).toMatchObject({ withdrawn: 'TE_BLOCKED_BY_PATIENT' });
    expect(run.out.indexOf('Compteurs')).toBeLessThan(run.out.indexOf('par SOAP'));
    expect(run.out).toContain("Alerte d'hospitalisation : pas de service SOAP : TE_UNSUPPORTED, rien n'est envoyé\n");
  });

  it('says no trait on the terminal', () => {
    const { traits, ins } = fictivePatient();
    for (const canary of [traits.birthName, ins.value, 'CLAUDE', '1979', '28/03']) {
      expect(run.out).not.toContain(canary);
    }
  });

  it('leaves pieces that check finds right', async () => {
    const kinds = summary.deposits.map(({ kind }) => kind);
    const files = [
      'identity.json',
      'vihf.xml',
      ...kinds.flatMap((kind) => ['document.xml', 'IHE_XDM.zip', 'message.eml'].map((name) => `${kind}/${name}`)),
    ].map((name) => join(folder, name));
    const checked = await runCli(checkCommand, [...files, '--ca', join(folder, 'vihf-ca.pem')]);
    expect(checked.err).toBe('');
    expect(checked.code, checked.out).toBe(0);
  });

  it('mails the archive it leaves', async () => {
    const mail = read('letter/message.eml').toString('latin1').replaceAll('\r\n', '');
    expect(mail).toContain(read('letter/IHE_XDM.zip').toString('base64').slice(0, 4000));
    const received = await readXdm(read('letter/IHE_XDM.zip'));
    expect(received.subsets[0]?.documents[0]?.entry.uniqueId).toBe(summary.deposits[0]?.uniqueId);
  });

  it.skipIf(missing('unzip'))('leaves an archive that unzip reads', () => {
    const listing = execFileSync('unzip', ['-t', join(folder, 'letter/IHE_XDM.zip')], { encoding: 'utf8' });
    for (const name of ['INDEX.HTM', 'README.TXT', 'IHE_XDM/SUBSET01/METADATA.XML']) expect(listing).toContain(name);
    expect(listing).toContain('No errors detected');
  });

  it.skipIf(missing('xmlsec1'))('leaves an assertion that xmlsec1 verifies up to the anchor', () => {
    // xmlsec1 reads only the first certificate of a file.
    const pems =
      read('vihf-ca.pem')
        .toString()
        .match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    const trusted = pems.flatMap((pem, index) => {
      const path = join(folder, `anchor-${index}.pem`);
      writeFileSync(path, pem);
      return ['--trusted-pem', path];
    });
    execFileSync(
      'xmlsec1',
      [
        '--verify',
        '--id-attr:ID',
        'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
        ...trusted,
        join(folder, 'vihf.xml'),
      ],
      { stdio: 'pipe' },
    );
  });
});

describe('demo with other inputs', () => {
  it('carries a scanned letter of several megabytes byte for byte', async () => {
    const pdf = scannedPdf(6_000_000);
    const path = join(folder, 'scan.pdf');
    writeFileSync(path, pdf);
    const { code, out, err } = await runCli(demoCommand, ['--pdf', path, '--wire', 'none']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain(createHash('sha256').update(pdf).digest('hex'));
  });

  it('takes the code set and the wire it is told', async () => {
    const out = join(folder, 'current');
    const words = ['--out', out, '--code-set', 'current', '--wire', 'fhir', '--json'];
    const { code, out: json } = await runCli(demoCommand, words);
    expect(code).toBe(0);
    expect((JSON.parse(json) as DemoSummary).journeys.map(({ wire }) => wire)).toEqual(['fhir']);
  });

  it('refuses a wire that there is not', async () => {
    await expect(runCli(demoCommand, ['--wire', 'pigeon'])).rejects.toThrow('--wire');
  });

  const patient = fictivePatient();
  const { birthPlace: _, ...incomplete } = patient.traits;
  const bad: readonly (readonly [string, Record<string, string | Buffer>, string])[] = [
    ['a missing trait', { patient: JSON.stringify({ ...patient, traits: incomplete }) }, 'TE_IDENTITY_INCOMPLETE'],
    [
      'a wrong key',
      { patient: JSON.stringify({ ...patient, ins: { ...patient.ins, value: '279035121518988' } }) },
      'TE_IDENTITY_INCOMPLETE',
    ],
    ['a PDF that is empty', { pdf: '' }, 'TE_PDF_REFUSED'],
    ['what is no PDF', { pdf: 'PK\u0003\u0004' }, 'TE_PDF_REFUSED'],
    [
      'a PDF with JavaScript',
      {
        pdf: Buffer.concat([
          Buffer.from(demoLetterPdf()),
          Buffer.from('\n99 0 obj << /S /JavaScript /JS (x) >> endobj\n'),
        ]),
      },
      'TE_PDF_REFUSED',
    ],
  ];
  it.each(bad)('refuses %s with a typed error, and says no trait', async (_name, files, code) => {
    const args = Object.entries(files).flatMap(([name, content]) => {
      const path = join(folder, `bad-${name}`);
      writeFileSync(path, content);
      return [`--${name}`, path];
    });
    const run = await runCli(demoCommand, args);
    expect(run.code).toBe(1);
    expect(run.err).toContain(code);
    for (const canary of [patient.traits.birthName, '279035121518988', 'DOMPREMY']) {
      expect(run.out + run.err).not.toContain(canary);
    }
  });
});
