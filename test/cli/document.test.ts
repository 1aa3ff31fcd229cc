import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { documentCommand } from '../../src/cli/document.ts';
import { exampleSpec } from '../../src/cli/document/example.ts';
import { kindNames } from '../../src/cli/document/spec.ts';
import { checkFile } from '../../src/conformance/index.ts';
import { readCda, readMetadata, readXdm, type DocumentKind } from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf } from '../../src/testing/index.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { runCli, type CliRun } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-document-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'document.pdf'), demoLetterPdf());

let count = 0;
const fresh = (): string => join(folder, `out-${String((count += 1))}`);

type Json = ReturnType<typeof JSON.parse>;

/** Runs the command on a specification; `change` spoils the example. */
async function build(
  spec: Json,
  out = fresh(),
  ...options: string[]
): Promise<CliRun & { out: string; folder: string }> {
  const path = join(folder, `spec-${String((count += 1))}.json`);
  writeFileSync(path, typeof spec === 'string' || spec instanceof Uint8Array ? spec : JSON.stringify(spec));
  return { ...(await runCli(documentCommand, ['build', path, '--out', out, ...options])), folder: out };
}

function changed(kind: DocumentKind, change: (spec: Json) => void): Json {
  const spec: Json = structuredClone(exampleSpec(kind));
  change(spec);
  return spec;
}

describe('terr-esante document build', () => {
  it('says that it is the PDF of the description that is missing', async () => {
    const { code, err } = await build(changed('letter', (spec) => (spec.pdf = 'absent.pdf')));
    expect(code).toBe(2);
    expect(err).toContain('Le PDF que nomme la description est illisible ou absent.');
    expect(err).toContain('SPEC-PDF  $.pdf');
  });

  it.each(kindNames)('%s: the example is built, whole and consistent', async (kind) => {
    const example = await runCli(documentCommand, ['build', '--example', kind]);
    expect(example.code).toBe(0);
    const { code, out, err, folder: made } = await build(example.out);
    expect(code, out + err).toBe(0);
    expect(readdirSync(made)).toEqual([kind]);
    const at = (name: string): Uint8Array => readFileSync(join(made, kind, name));
    expect(readdirSync(join(made, kind)).sort()).toEqual([
      'IHE_XDM.zip',
      'METADATA.XML',
      'document.xml',
      'message.eml',
      'summary.json',
    ]);
    expect(statSync(join(made, kind, 'document.xml')).mode & 0o077).toBe(0);
    for (const name of ['document.xml', 'METADATA.XML', 'IHE_XDM.zip', 'message.eml']) {
      expect((await checkFile(at(name))).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    }

    const summary = JSON.parse(Buffer.from(at('summary.json')).toString());
    const { header } = readCda(at('document.xml'));
    const [entry] = readMetadata(at('METADATA.XML')).documents;
    const { subsets } = await readXdm(at('IHE_XDM.zip'));
    const mail = await readIncomingDeposit(at('message.eml'));
    expect(header.uniqueId).toBe(summary.uniqueId);
    expect(entry?.uniqueId).toBe(summary.uniqueId);
    expect(Buffer.from(await collect(subsets[0]!.documents[0]!.content.open()))).toEqual(
      Buffer.from(at('document.xml')),
    );
    expect(Buffer.from(mail.archive!)).toEqual(Buffer.from(at('IHE_XDM.zip')));
    expect(mail.messageId).toBe(summary.messageId);
    // The summary and what is printed name no patient.
    for (const text of [Buffer.from(at('summary.json')).toString(), out]) expect(text).not.toMatch(/DUPRE|279035121/);
  });

  it('leaves no mail when no mailbox is named', async () => {
    const { code, folder: made } = await build(changed('other', (spec) => delete spec['mail']));
    expect(code).toBe(0);
    expect(readdirSync(join(made, 'other'))).not.toContain('message.eml');
  });

  it('gives a retired type of the guide as a warning that names its successor', async () => {
    const plain = changed('prescription', () => undefined);
    const guide = await build(plain, fresh(), '--code-set', 'eo-9.05');
    expect(guide.code, guide.out).toBe(0);
    expect(guide.out).toContain('ALERTE CDA-TYPE-RETIRED');
    expect(guide.out).toContain('57833-6');
    const national = await build(plain, fresh(), '--code-set', 'current', '--json');
    expect(JSON.parse(national.out)).toMatchObject({ kind: 'prescription', type: { code: '57833-6' }, findings: [] });
  });

  it('keeps a folder that is there, unless it may be replaced', async () => {
    const out = fresh();
    const first = await build(
      changed('other', () => undefined),
      out,
    );
    const before = readFileSync(join(out, 'other', 'document.xml'), 'utf8');
    const second = await build(
      changed('other', () => undefined),
      out,
    );
    expect([first.code, second.code]).toEqual([0, 2]);
    expect(second.err).toContain('TE_DUPLICATE');
    expect(readFileSync(join(out, 'other', 'document.xml'), 'utf8')).toBe(before);
    expect(
      (
        await build(
          changed('other', () => undefined),
          out,
          '--replace',
        )
      ).code,
    ).toBe(0);
    expect(readFileSync(join(out, 'other', 'document.xml'), 'utf8')).not.toBe(before);
    expect(readdirSync(out)).toEqual(['other']);
  });

  it.each<[string, (spec: Json) => void, string, string]>([
    ['a misspelt key', (s) => void (s['confidentialty'] = 'R'), '$', '« confidentiality »'],
    ['a misspelt key inside', (s) => void (s['patient'].traits.birthnames = 'X'), '$.patient.traits', '« birthName »'],
    ['an unknown key', (s) => void (s['zzzzqqqq'] = 1), '$', 'Retirer'],
    ['a missing key', (s) => delete s['patientConsent'], '$.patientConsent', 'Ajouter'],
    ['a number for a text', (s) => void (s['title'] = 4), '$.title', 'attendu  string'],
    ['null', (s) => void (s['author'].professional = null), '$.author.professional', 'attendu  object'],
    ['a content where there is a PDF', (s) => void (s['content'] = {}), '$', 'SPEC-UNKNOWN-KEY'],
    ['a kind', (s) => void (s['kind'] = 'leter'), '$.kind', '« letter »'],
    ['no kind', (s) => delete s['kind'], '$.kind', 'vsm-structured'],
    ['a kind of the prototype', (s) => void (s['kind'] = 'constructor'), '$.kind', 'letter'],
    ['an author that is two things', (s) => void (s['author'].patient = true), '$.author', 'SPEC-UNKNOWN-KEY'],
  ])('refuses %s, and says what was meant', async (_, change, path, said) => {
    const { code, err, out, folder: made } = await build(changed('letter', change));
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`${path}\n`);
    expect(err).toContain(said);
    expect(err).not.toMatch(/DUPRE|279035121/);
    expect(existsSync(made)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['broken JSON', '{"kind":"letter","patient":{"traits":{"birthName":"CANARI"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['deep nesting', '['.repeat(200_000)],
    ['deep nesting inside', `{"kind":"letter","patient":${'{"traits":'.repeat(50_000)}1${'}'.repeat(50_001)}`],
    ['a prototype', '{"kind":"other","__proto__":{"patientConsent":true}}'],
    ['five megabytes', ' '.repeat(5_000_000)],
  ])('refuses a description that is %s', async (_, spec) => {
    const { code, err, out, folder: made } = await build(spec);
    expect(code).toBe(2);
    expect(out + err).not.toContain('CANARI');
    expect(existsSync(made)).toBe(false);
  });

  it.each<[string, DocumentKind, (spec: Json) => void, string]>([
    ['no consent', 'letter', (s) => void (s['patientConsent'] = false), 'TE_CONSENT_REQUIRED'],
    ['no birth date', 'letter', (s) => delete s['patient'].traits.birthDate, 'TE_IDENTITY_INCOMPLETE'],
    ['a wrong INS key', 'letter', (s) => void (s['patient'].ins.value = '279035121518900'), 'TE_INS_INVALID'],
    ['an unknown type', 'letter', (s) => void (s['type'] = '0-0'), 'TE_CODE_UNKNOWN'],
    ['a wrong date', 'other', (s) => void (s['effectiveTime'] = '2026-02-30'), 'TE_DATE_INVALID'],
    [
      'data without a code',
      'vsm-structured',
      (s) => void (s['content'].problems = [{ text: 'X' }]),
      'TE_NOT_NORMALISED',
    ],
    ['not a PDF', 'letter', (s) => void (s['pdf'] = 'not.pdf'), 'TE_PDF_REFUSED'],
    ['a mailbox outside MSSanté', 'other', (s) => void (s['mail'].to = 'a@b.example'), 'TE_ADDRESS_INVALID'],
  ])('leaves nothing for %s', async (_, kind, change, refusal) => {
    writeFileSync(join(folder, 'not.pdf'), 'CANARI-SECRET');
    const { code, err, folder: made } = await build(changed(kind, change));
    expect(code).toBe(1);
    expect(err).toContain(refusal);
    expect(err).not.toMatch(/DUPRE|CLAUDE|279035121|CANARI/);
    expect(existsSync(made) ? readdirSync(made) : []).toEqual([]);
  });

  it('says that the PDF is absent without naming its path', async () => {
    const { code, err } = await build(changed('letter', (spec) => void (spec['pdf'] = 'CANARI-DUPRE.pdf')));
    expect(code).toBe(2);
    expect(err).toContain('TE_INPUT_INVALID');
    expect(err).not.toContain('CANARI');
  });

  it('refuses or builds any description with a part removed or replaced, and never leaves half a folder', async () => {
    const paths = (value: unknown, path: readonly string[] = []): string[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => [[...path, name], ...paths(inner, [...path, name])])
        : [];
    const spoil = fc.record({
      kind: fc.constantFrom<DocumentKind>('other', 'vsm-structured'),
      at: fc.nat(),
      value: fc.oneof(
        fc.constant(undefined),
        fc.constantFrom<unknown>(
          null,
          0,
          -1,
          1.5,
          true,
          '',
          ' ',
          'X',
          '\r\nBcc: x',
          '\0',
          [],
          {},
          [null],
          '2026',
          'none',
        ),
        fc.jsonValue({ maxDepth: 2 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(spoil, async ({ kind, at, value }) => {
        const spec: Json = structuredClone(exampleSpec(kind));
        const all = paths(spec);
        const path = all[at % all.length]!;
        const parent = path.slice(0, -1).reduce<Json>((inner, name) => inner[name], spec);
        if (value === undefined) Reflect.deleteProperty(parent, path.at(-1)!);
        else parent[path.at(-1)!] = value;
        const { code, folder: made } = await build(spec);
        const left = existsSync(made) ? readdirSync(made) : [];
        expect(code === 0 ? left : []).toEqual(left);
        if (code === 0) expect(readdirSync(join(made, left[0]!))).toContain('summary.json');
      }),
      { numRuns: 120, seed: 5 },
    );
  });

  it.each([
    [['build']],
    [['build', 'x.json']],
    [['make', 'x.json', '--out', 'y']],
    [['build', 'x.json', 'y.json', '--out', 'z']],
    [['build', join(folder, 'absent.json'), '--out', 'z']],
  ])('%j is a wrong use', async (args) => {
    expect((await runCli(documentCommand, args)).code).toBe(2);
  });

  it('refuses an unknown example', async () => {
    await expect(runCli(documentCommand, ['build', '--example', 'letters'])).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
  });

  it('is documented by its help', async () => {
    const { code, out } = await runCli(documentCommand, ['--help']);
    expect(code).toBe(0);
    for (const kind of kindNames) expect(out).toContain(kind);
  });
});
