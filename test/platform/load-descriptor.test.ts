import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteError } from '../../src/errors.ts';
import { checkConfig, loadDescriptor, productionDescriptor, simulatorDescriptor } from '../../src/platform/index.ts';
import { ajv } from '../helpers/json-schema.ts';
import { shippedJson } from '../helpers/shipped-json.ts';
import { production, put, simulator, told, type Mutable } from './config-cases.ts';

const read = (path: string): Buffer => Buffer.from(shippedJson(path));
const schema = JSON.parse(read('schemas/descriptor.schema.json').toString()) as object;
const isDescriptor = ajv.compile(schema);

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const load = (bytes: Uint8Array): ReturnType<typeof loadDescriptor> => loadDescriptor(bytes, { sha256: hashOf(bytes) });
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** The rules and places of a refusal; empty when it is taken. */
async function refusals(bytes: Uint8Array): Promise<string[]> {
  try {
    await load(bytes);
    return [];
  } catch (error) {
    const { code, findings } = error as TerrESanteError;
    expect(code).toBe('TE_CONFIG_INVALID');
    return findings.map(({ rule, path }) => `${rule} ${path}`);
  }
}

const ship = (name: string): Mutable => JSON.parse(read(`descriptors/${name}.json`).toString()) as Mutable;
function changed(name: string, path: string, value: unknown): Mutable {
  const copy = ship(name);
  put(copy, path, value);
  return copy;
}

const folder = mkdtempSync(join(tmpdir(), 'te-descriptor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('loadDescriptor', () => {
  it('reads what the package ships, the same as its own', async () => {
    expect(await load(read('descriptors/production.json'))).toEqual(productionDescriptor);
    expect(await load(read('descriptors/simulator.json'))).toEqual(simulatorDescriptor);
    const { bindings, mssante } = await load(read('descriptors/mail-only.json'));
    expect(Object.keys(bindings)).toEqual(['documents.deposit']);
    expect(mssante).toEqual(productionDescriptor.mssante);
  });

  it('gives a descriptor that a configuration and a client take, and that nobody changes afterwards', async () => {
    const mine = changed('production', 'vihf.resourceUrn', {
      value: 'urn:x',
      confidence: 'stated',
      evidence: 'Lettre',
    });
    const descriptor = await load(bytesOf(mine));
    expect(checkConfig(production, descriptor).ok).toBe(true);
    expect(() => Object.assign(descriptor.vihf.resourceUrn, { value: 'urn:y' })).toThrow(TypeError);
    const auth = { kind: 'x', certificates: async () => [], sign: async () => new Uint8Array() };
    expect(createClient(production, { auth, descriptor }).checkConfig().ok).toBe(true);
  });

  it('reads a file by its path, and refuses another hash, a file that is away, a path that is none', async () => {
    const path = join(folder, 'd.json');
    const bytes = read('descriptors/mail-only.json');
    writeFileSync(path, bytes);
    expect((await loadDescriptor(path, { sha256: hashOf(bytes).toUpperCase() })).id).toBe('terr-esante-mail-only');

    writeFileSync(path, bytes.toString().replace('documents@', 'document@'));
    await expect(loadDescriptor(path, { sha256: hashOf(bytes) })).rejects.toMatchObject({
      code: 'TE_CONFIG_INVALID',
      findings: [{ rule: 'DESC-HASH', expected: hashOf(bytes) }],
    });
    const away = loadDescriptor(join(folder, 'CANARI'), { sha256: hashOf(bytes) });
    await expect(away).rejects.toMatchObject({ code: 'TE_FILE_ACCESS' });
    await expect(away).rejects.not.toThrow('CANARI');
    await expect(loadDescriptor('', { sha256: hashOf(bytes) })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    for (const sha256 of [undefined, '', 'a', `${'0'.repeat(63)}g`, 3]) {
      const wrong = loadDescriptor(bytes, { sha256: sha256 as string });
      await expect(wrong).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });

  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no JSON', '{"format":1'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a key twice', '{"format":1,"format":1}'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['too deep', `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`],
    ['too large', `{"format":1,"a":"${'x'.repeat(1_000_000)}"}`],
  ])('refuses %s', async (_, content) => {
    expect(await refusals(Buffer.from(content))).toEqual(['DESC-JSON ']);
  });

  it.each<[string, string, unknown, string]>([
    ['another edition', 'format', 2, 'DESC-FORMAT format'],
    ['no edition', 'format', undefined, 'DESC-FORMAT format'],
    ['an edition in text', 'format', '1', 'DESC-FORMAT format'],
    ['no version', 'version', undefined, 'DESC-MISSING version'],
    ['an empty version', 'version', '', 'DESC-VALUE version'],
    ['an unknown field', 'surplus', 1, 'DESC-UNKNOWN surplus'],
    ['an unknown field inside', 'limits.maxStatus', {}, 'DESC-UNKNOWN limits.maxStatus'],
    ['a prototype', 'constructor', {}, 'DESC-UNKNOWN constructor'],
    ['an operation that nobody knows', 'bindings.dossier', {}, 'DESC-UNKNOWN bindings.dossier'],
    ['a value without its grade', 'mssante.mailbox', 'documents@a.mssante.fr', 'DESC-GRADE mssante.mailbox'],
    ['half a grade', 'brand', { value: 'Santélien', confidence: 'stated' }, 'DESC-GRADE brand'],
    ['a grade that is none', 'brand.confidence', 'sure', 'DESC-VALUE brand.confidence'],
    ['blank evidence', 'brand.evidence', ' ', 'DESC-VALUE brand.evidence'],
    ['another environment word', 'environment', 'preprod', 'DESC-VALUE environment'],
    ['a number in text', 'limits.maxStatuses.value', '200', 'DESC-VALUE limits.maxStatuses.value'],
    ['a limit of nothing', 'limits.maxDocumentBytes.value', 0, 'DESC-VALUE limits.maxDocumentBytes.value'],
    ['half a limit', 'limits.minPollSeconds.value', 0.5, 'DESC-VALUE limits.minPollSeconds.value'],
    ['hosts that are no list', 'serviceHosts.value', 'a.fr', 'DESC-VALUE serviceHosts.value'],
    ['a host in capitals', 'serviceHosts.value', ['A.fr'], 'DESC-VALUE serviceHosts.value[0]'],
    ['a mailbox elsewhere', 'mssante.mailbox.value', 'a@mssante.fr.example.org', 'DESC-VALUE mssante.mailbox.value'],
    ['an OID that is none', 'identity.regionalOid.value', '1.2.a', 'DESC-VALUE identity.regionalOid.value'],
    [
      'null where nothing is unknown',
      'documents.consentRequired.value',
      null,
      'DESC-VALUE documents.consentRequired.value',
    ],
    ['support over http', 'support.url.value', 'http://a.fr', 'DESC-VALUE support.url.value'],
    ['a machine of tests', 'serviceHosts.value', ['localhost'], 'DESC-ENVIRONMENT serviceHosts'],
    ['a host of examples', 'serviceHosts.value', ['services.example.org'], 'DESC-ENVIRONMENT serviceHosts'],
    [
      'the mailbox of the simulator',
      'mssante.mailbox.value',
      'documents@simulateur.mssante.fr',
      'DESC-ENVIRONMENT mssante.mailbox',
    ],
    ['an OID of examples', 'identity.regionalOid.value', '2.999.1', 'DESC-ENVIRONMENT identity.regionalOid'],
  ])('refuses %s', async (_, path, value, expected) => {
    const changedOne = changed('production', path, value);
    expect(await refusals(bytesOf(changedOne))).toEqual([expected]);
    // The schema says the same, but for what belongs to another environment.
    expect(isDescriptor(changedOne)).toBe(expected.startsWith('DESC-ENVIRONMENT'));
  });

  it('keeps tests away from production', async () => {
    // What was made up for the simulator, given as production.
    const simulated = changed('simulator', 'environment', 'production');
    expect(new Set(await refusals(bytesOf(simulated)))).toEqual(
      new Set(
        [
          ...['serviceHosts', 'identity.regionalOid', 'soap.receivers.identities', 'soap.receivers.dossier'],
          ...['fhir.roleSystem', 'fhir.consentPolicies.dossier-creation', 'fhir.consentPolicies.join-circle'],
          ...['fhir.consentPolicies.document-share', 'fhir.consentPolicies.support-request', 'mssante.mailbox'],
          'portal.allowedHosts',
        ].map((path) => `DESC-ENVIRONMENT ${path}`),
      ),
    );
    const hosts = changed('simulator', 'serviceHosts.value', ['127.0.0.1', 'services.terr-esante.fr']);
    expect(await refusals(bytesOf(hosts))).toEqual(['DESC-ENVIRONMENT serviceHosts']);
    const mailbox = changed('simulator', 'mssante.mailbox.value', 'documents@terr-esante.mssante.fr');
    expect(await refusals(bytesOf(mailbox))).toEqual(['DESC-ENVIRONMENT mssante.mailbox']);
    // A descriptor that was written as code goes no further.
    const mixed = { ...simulatorDescriptor, serviceHosts: hosts['serviceHosts'] };
    expect(checkConfig(simulator, mixed).findings.filter(({ rule }) => rule === 'CFG-20')).toMatchObject([
      { path: 'descriptor.serviceHosts', found: 'services.terr-esante.fr' },
    ]);
  });

  it('takes comments for who reads the file, and repeats nothing of what it refuses', async () => {
    const commented = changed('simulator', 'limits.$comment', 'à revoir');
    expect(isDescriptor(commented)).toBe(true);
    expect(await load(bytesOf(commented))).toEqual(simulatorDescriptor);
    const hostile = changed('simulator', 'CANARI secret !', 'CANARI');
    hostile['limits'].maxStatuses = { value: 'CANARI', confidence: 'CANARI', evidence: 3 };
    const found = await load(bytesOf(hostile)).catch((error: unknown) => error);
    expect(JSON.stringify(found)).not.toContain('CANARI');
  });

  it('agrees with its schema on every member: away, of another kind', async () => {
    const paths: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (path !== '') paths.push(path);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      for (const [name, inner] of Object.entries(value)) {
        // A name with a point in it is no place that `put` finds.
        if (!name.includes('.')) walk(inner, path === '' ? name : `${path}.${name}`);
      }
    };
    walk(ship('simulator'), '');
    expect(paths.length).toBeGreaterThan(150);

    const others = [null, 3, '', [], {}];
    for (const [index, path] of paths.entries()) {
      for (const change of [undefined, others[index % others.length]]) {
        const value = changed('simulator', path, change);
        const taken = (await refusals(bytesOf(value))).length === 0;
        expect(isDescriptor(value), `${path} ${told(change)}`).toBe(taken);
      }
    }
  });
});
