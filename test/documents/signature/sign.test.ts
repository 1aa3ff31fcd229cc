import { execFileSync } from 'node:child_process';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPkcs12Provider, type SigningProvider } from '../../../src/auth/index.ts';
import {
  checkMetadata,
  createSubmission,
  packageXdm,
  readMetadata,
  readXdm,
  signSubmission,
  writeMetadata,
  writeProvideAndRegister,
  type Submission,
} from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { createTestHierarchy } from '../../../src/testing/index.ts';
import { missing } from '../../helpers/require-tool.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';
import { ebrimSchemas, validate } from '../helpers/ebrim-xsd.ts';

const schemas = ebrimSchemas();
const runtime = fixedRuntime();
let provider: SigningProvider;
let certificate: Uint8Array;
let signed: Submission;
let xml = '';
beforeAll(async () => {
  const { signature } = (await createTestHierarchy()).professional;
  provider = await createPkcs12Provider({ pfx: signature.pfx, password: signature.password });
  certificate = signature.certDer;
  const documents = [builtDocument(), builtDocument({ uniqueId: '2.999.1.10.5.20260315.2' })];
  signed = await signSubmission(createSubmission(documents, { sourceId, runtime }), provider, { runtime });
  xml = Buffer.from(await collect(signed.signature!.content.open())).toString();
});

const digest = (value: string | Uint8Array): string => createHash('sha256').update(value).digest('base64');

describe('signSubmission', () => {
  it('signs with the key of the certificate, by RSA and SHA-256', () => {
    const info = /<ds:SignedInfo .*<\/ds:SignedInfo>/.exec(xml)![0];
    const value = Buffer.from(/<ds:SignatureValue>([^<]+)</.exec(xml)![1]!, 'base64');
    expect(verify('sha256', Buffer.from(info), new X509Certificate(certificate).publicKey, value)).toBe(true);
    expect(xml).toContain(`<ds:X509Certificate>${Buffer.from(certificate).toString('base64')}<`);
  });

  it('names the set and the bytes of every document', async () => {
    const manifest = /<ds:Manifest .*<\/ds:Manifest>/.exec(xml)![0];
    const references = [...manifest.matchAll(/URI="urn:oid:([^"]+)".*?<ds:DigestValue>([^<]+)</g)].map(
      ([, id, value]) => [id, value],
    );
    const expected = [[signed.submissionSet.uniqueId, 'AA==']];
    for (const { entry, document } of signed.documents) {
      expected.push([entry.uniqueId, digest(await collect(document.content.open()))]);
    }
    expect(references).toEqual(expected);
    expect(xml).toContain(`<ds:DigestValue>${digest(manifest)}<`);
  });

  it.skipIf(missing('xmlsec1'))('is verified by xmlsec1, and refused once a digest is changed', () => {
    const dir = mkdtempSync(join(tmpdir(), 'xades-'));
    const pem = join(dir, 'certificate.pem');
    writeFileSync(pem, new X509Certificate(certificate).toString());
    const run = (content: string): void => {
      const file = join(dir, 'signature.xml');
      writeFileSync(file, content);
      const ids = [
        'http://www.w3.org/2000/09/xmldsig#:Manifest',
        'http://uri.etsi.org/01903/v1.1.1#:SignedProperties',
      ].flatMap((name) => ['--id-attr:Id', name]);
      execFileSync('xmlsec1', ['--verify', '--ignore-manifests', ...ids, '--pubkey-cert-pem', pem, file], {
        stdio: 'pipe',
      });
    };
    run(xml);
    expect(() => run(xml.replace('<ds:DigestValue>AA==<', '<ds:DigestValue>AB==<'))).toThrow();
    expect(() => run(xml.replace('<xad:SigningTime>2026', '<xad:SigningTime>2027'))).toThrow();
  });

  it('becomes one more document of every channel, linked by signs', async () => {
    const { documents, associations } = readMetadata(writeMetadata(signed));
    expect(documents.at(-1)).toEqual(signed.signature!.entry);
    expect(associations.find(({ type }) => type.endsWith(':signs'))).toMatchObject({
      source: 'Signature01',
      target: signed.submissionSet.id,
    });
    const { subsets, findings } = await readXdm(await collect((await packageXdm(signed)).content.open()));
    expect(findings).toEqual([]);
    expect(subsets[0]!.documents.map(({ path, intact }) => [path.slice(-12), intact])).toContainEqual([
      'SIGN0001.XML',
      true,
    ]);
    expect(writeProvideAndRegister(signed).documents.map(({ id }) => id)).toEqual([
      'Document01',
      'Document02',
      'Signature01',
    ]);
  });

  it('passes the checks with the tables of the DMP, which asks for it', async () => {
    expect((await checkMetadata(writeMetadata(signed), { scope: 'dmp' })).findings.map(({ rule }) => rule)).toEqual([]);
  });

  it.skipIf(schemas === null)('is valid against the ebRIM schemas', () => {
    validate(`${schemas ?? ''}/lcm.xsd`, writeMetadata(signed));
  });

  it('waits for a key that never answers no longer than its caller allows', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const submission = createSubmission([builtDocument()], { sourceId, runtime });
    for (const deaf of [
      { kind: 'deaf', certificates: never, sign: never },
      { kind: 'deaf', certificates: async () => [certificate], sign: never },
    ]) {
      await expect(signSubmission(submission, deaf, { runtime, timeoutMs: 5 })).rejects.toMatchObject({
        code: 'TE_TIMEOUT',
      });
    }
  });

  it('is not signed twice', async () => {
    await expect(signSubmission(signed, provider)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});
