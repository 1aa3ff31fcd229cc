import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVihf, type SigningProvider, type VihfInput } from '../../src/auth/index.ts';
import { locateAssertion } from '../../src/auth/vihf/verify/locate.ts';
import { readSignature } from '../../src/auth/vihf/verify/shape.ts';
import { canonicalise } from '../../src/auth/xml-signature/canonical.ts';
import { childElement, readXml } from '../../src/internal/xml/index.ts';
import { createTestHierarchy, fictivePatient, type TestHierarchy } from '../../src/testing/index.ts';
import { missing } from '../helpers/require-tool.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

/** `node scripts/vihf-differential.mjs` runs the long form. */
const count = Number(process.env['VIHF_DIFFERENTIAL'] ?? 50);
const seed = Number(process.env['VIHF_SEED'] ?? 20_260_302);
const batch = 250;

const folder = mkdtempSync(join(tmpdir(), 'vihf-differential-'));
let pki: TestHierarchy;
let card: SigningProvider;
let structure: SigningProvider;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  card = await providerOf(pki.professional.signature);
  structure = await providerOf(pki.structure.signature);
});
afterAll(() => rmSync(folder, { recursive: true }));

// Characters that canonical forms treat apart, among many others.
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '&',
      '<',
      '>',
      '"',
      "'",
      '\t',
      '\n',
      '\r',
      '\r\n',
      ']]>',
      '<!--',
      '-->',
      '<?x?>',
      '&amp;',
      '&#13;',
      '\u0085',
      '\u00a0',
      '\u2028',
      '\ufeff',
      'e\u0301',
      '\u{1F600}',
      '\u{10FFFD}',
      '  ',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('Médecin', 'ÉLODIE', 'œuvre', 'Ω', '漢字', 'שלום') },
);
const forbidden = /[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/gu;
const text = fc.array(piece, { maxLength: 6 }).map((parts) => `x${parts.join('').replaceAll(forbidden, '')}`);
const oid = fc
  .array(fc.integer({ min: 0, max: 99_999 }), { minLength: 2, maxLength: 6 })
  .map((arcs) => `1.2.${arcs.join('.')}`);
const code = fc.record({ code: text, codeSystem: oid, codeSystemName: text, displayName: text });

interface Case {
  readonly input: VihfInput;
  readonly signer: SigningProvider;
}

const cases = (): fc.Arbitrary<Case> =>
  fc
    .record({
      subjectName: text,
      direct: fc.boolean(),
      withPatient: fc.boolean(),
      software: fc.record({
        name: text,
        version: text,
        id: fc.option(text, { nil: undefined }),
        dmpApproval: fc.option(text, { nil: undefined }),
      }),
      resourceUrn: text,
      audience: fc.option(text, { nil: undefined }),
      issuer: fc.option(text, { nil: undefined }),
      contextClass: text,
      declaration: text,
      lifetimeMs: fc.option(fc.integer({ min: 1000, max: 10_000_000 })),
      roles: fc.array(code, { minLength: 1, maxLength: 2 }),
      purpose: fc.constantFrom('normal', 'bris_de_glace', 'centre_15'),
      extra: fc.uniqueArray(
        fc.record({
          name: text,
          values: fc.array(
            fc.oneof(
              text,
              code.map((value) => ({ ...value, element: 'Valeur' })),
            ),
            { minLength: 1, maxLength: 3 },
          ),
        }),
        {
          selector: ({ name }) => name,
          maxLength: 3,
        },
      ),
    })
    .map(
      ({
        direct,
        withPatient,
        resourceUrn,
        audience,
        issuer,
        lifetimeMs,
        contextClass,
        declaration,
        extra,
        ...rest
      }) => ({
        signer: direct ? card : structure,
        input: vihfInput({
          ...rest,
          patient: withPatient ? fictivePatient().ins : undefined,
          authentication: { mode: direct ? 'direct' : 'reinforced', contextClass, declaration, instant: testNow },
          target: {
            resourceUrn,
            audience,
            lifetimeMs,
            ...(issuer === undefined ? {} : { formatIssuer: () => issuer }),
          },
          attributes: extra,
        }),
      }),
    );

/**
 * The same infoset, written as other programs write it: what is compared is then our canonicaliser.
 */
function rewritten(xml: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<e:E xmlns:e="urn:e" xmlns="urn:default" xmlns:xsi="urn:not-xsi"\txmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">\n' +
    xml
      .replaceAll(/<([\w:]+)((?: [\w:]+="[^"]*")*)><\/\1>/g, '<$1$2\n/>')
      .replaceAll(/ ([\w:]+)="([^"']*)"/g, "\r\n  $1 = '$2'")
      // White space of an attribute value is read as spaces, one for a line end (XML 1.0, section
      // 3.3.3).
      .replaceAll("'mode acces VIHF 2.0'", "'mode\tacces\r\nVIHF\n2.0'")
      .replaceAll('é', '&#233;')
      .replaceAll('>x', '>&#x78;')
      .replaceAll('xmlns:xsi', 'xmlns:unused="urn:unused" xmlns:xsi')
      .replaceAll('<saml2:Subject>', "<saml2:Subject xmlns:saml2 = 'urn:oasis:names:tc:SAML:2.0:assertion'>") +
    '</e:E>'
  );
}

function between(output: Buffer, start: string, end: string): Buffer[] {
  const out: Buffer[] = [];
  for (let at = output.indexOf(start); at >= 0; at = output.indexOf(start, at + 1)) {
    const from = at + start.length;
    const to = output.indexOf(end, from);
    // One line feed of the printer before the end mark.
    out.push(output.subarray(from, to - 1));
  }
  return out;
}

/** What xmlsec1 hashes and signs for each file, in order, and how many it found good. */
function xmlsec(files: readonly string[], publicKey: string): { digested: Buffer[]; signed: Buffer[] } {
  const { stdout } = spawnSync(
    'xmlsec1',
    [
      '--verify',
      '--id-attr:ID',
      'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
      '--enabled-key-data',
      'rsa',
      '--pubkey-pem',
      publicKey,
      '--store-references',
      '--store-signatures',
      '--print-debug',
      ...files,
    ],
    { maxBuffer: 512 * 1024 * 1024 },
  );
  return {
    digested: between(stdout, '== PreDigest data - start buffer:\n', '== PreDigest data - end buffer'),
    signed: between(stdout, '== PreSigned data - start buffer:\n', '== PreSigned data - end buffer'),
  };
}

const hasXmlsec = !missing('xmlsec1');

describe('an assertion is canonical as it is written', () => {
  it.skipIf(!hasXmlsec)(
    `xmlsec1 hashes and signs the same bytes, ${count} assertions`,
    { timeout: 3_600_000 },
    async () => {
      const samples = fc.sample(cases(), { numRuns: count, seed });
      let compared = 0;
      for (const signer of [card, structure]) {
        const der = (await signer.certificates())[0]!;
        const publicKey = join(folder, 'key.pem');
        writeFileSync(
          publicKey,
          createPublicKey({
            key: execFileSync('openssl', ['x509', '-inform', 'der', '-pubkey', '-noout'], { input: der }),
          }).export({ format: 'pem', type: 'spki' }),
        );
        const mine = samples.filter((sample) => sample.signer === signer);
        for (let start = 0; start < mine.length; start += batch) {
          const runtime = fixedRuntime();
          const documents = await Promise.all(
            mine
              .slice(start, start + batch)
              .map(async ({ input }) => (await createVihf(input, signer, { runtime })).xml),
          );
          const files = documents.flatMap((xml, index) => {
            const names = [join(folder, `${index}.xml`), join(folder, `${index}-rewritten.xml`)];
            writeFileSync(names[0]!, xml);
            writeFileSync(names[1]!, rewritten(xml));
            return names;
          });
          const { digested, signed } = xmlsec(files, publicKey);
          expect([digested.length, signed.length]).toEqual([files.length, files.length]);
          for (const [index, xml] of documents.entries()) {
            const bare = xml.replace(/<ds:Signature .*?<\/ds:Signature>/s, '');
            const info = /<ds:SignedInfo>.*?<\/ds:SignedInfo>/s
              .exec(xml)![0]
              .replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">');
            expect(digested[2 * index]!.toString()).toBe(bare);
            expect(signed[2 * index]!.toString()).toBe(info);
            // Our canonicaliser, on the text as we write it and as others might.
            const { located } = locateAssertion(xml);
            const { shape } = readSignature(located!);
            expect(canonicalise(located!.assertion, { without: shape!.signature })).toBe(bare);
            expect(canonicalise(shape!.signedInfo)).toBe(info);
            const other = readXml(readFileSync(files[2 * index + 1]!));
            const assertion = childElement(other, 'Assertion')!;
            const signature = childElement(assertion, 'Signature');
            expect(digested[2 * index + 1]!.toString()).toBe(canonicalise(assertion, { without: signature }));
            expect(signed[2 * index + 1]!.toString()).toBe(canonicalise(childElement(signature, 'SignedInfo')!));
            compared += 1;
          }
        }
      }
      expect(compared).toBe(count);
      if (count > 50) process.stdout.write(`${compared} assertions, 0 differences (seed ${seed})\n`);
    },
  );
});
