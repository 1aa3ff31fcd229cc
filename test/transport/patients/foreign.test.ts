import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { descendants, readXml } from '../../../src/internal/xml/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import type { PatientCandidates } from '../../../src/transport/index.ts';
import { readCandidates } from '../../../src/transport/patients/candidates.ts';
import { readIdentifiers } from '../../../src/transport/patients/identifiers.ts';
import { readInteraction } from '../../../src/transport/patients/interaction.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { farSide, hl7Answer, quantities, subject, type FarSide } from './far-side.ts';

/** A folder of what other people wrote, `null` with the reason printed when it is not there. */
function folderOf(variable: 'TERR_CASES' | 'TERR_DATA', inside: string): string | null {
  const root = process.env[variable];
  const found = root === undefined ? null : join(root, inside);
  if (found !== null && existsSync(found)) return found;

  skipBecause(`${variable} names no folder with ${inside}`);
  return null;
}

let side: FarSide;
beforeAll(async () => {
  side = await farSide({ environment: 'test' });
});
afterAll(() => side.close());

const cases = folderOf('TERR_CASES', 'http/index.json');

interface Case {
  readonly file: string;
  readonly request: string;
  readonly expect: Readonly<Record<string, unknown>> & { readonly outcome: string };
}

describe.skipIf(cases === null)('an answer of another server', () => {
  const all = cases === null ? [] : (JSON.parse(readFileSync(cases, 'utf8')) as { readonly files: Case[] }).files;
  const ours = all.filter(({ request }) => ['ITI-44', 'ITI-45', 'ITI-47'].includes(request));

  it.each(ours.map((one) => [one.file, one] as const))('%s', async (file, { request, expect: expected }) => {
    const [head = '', ...rest] = readFileSync(join(cases ?? '', '..', file), 'utf8').split('\r\n\r\n');
    const [line = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(lines.map((text) => text.split(/: (.*)/).slice(0, 2) as [string, string]));
    side.answer = ({ messageId }) => ({
      status: Number(line.split(' ')[1]),
      headers,
      body: rest.join('\r\n\r\n').replaceAll('urn:uuid:00000000-0000-4000-8000-000000000000', messageId),
    });

    const found = await ask(request).catch((error: unknown) => error);
    expect(factsOf(found)).toMatchObject(wanted(expected));
  });

  function ask(request: string): Promise<unknown> {
    const { client } = side;
    if (request === 'ITI-45') return client.identifiers({ system: '1.2.250.1.999.7.3', value: '000003' });
    if (request === 'ITI-44') return client.feed({ event: 'add', patient: fictivePatient() });
    return client.search({ birthName: 'FICTIF', firstName: 'CAMILLE', birthDate: '1979-03-28' });
  }

  /** What the index says, in the words of this client. */
  function wanted({ outcome, errors, ids, told, ack, hasMore, birthNames, ...more }: Case['expect']): object {
    const { code, retryable, retryAfterMs } = more;
    if (outcome === 'retryable') return { code, retryable, details: { retryAfterMs } };
    if (outcome === 'registry-error') return { errors, details: { acknowledgement: ack } };

    return {
      ids: (ids as string[][]).flat(),
      ...(told !== undefined && { told: expect.arrayContaining(told as string[]) as unknown }),
      ...(hasMore !== undefined && { hasMore }),
      ...(birthNames !== undefined && { birthNames }),
    };
  }

  function factsOf(found: unknown): object {
    if (found instanceof Error) return found;
    const { identifiers, candidates, ...more } = found as Partial<PatientCandidates> &
      Pick<PatientCandidates['candidates'][number], 'identifiers'>;
    const all = candidates?.flatMap((candidate) => candidate.identifiers) ?? identifiers;
    return {
      ...more,
      ids: all.map(({ system, value }) => `${system}|${value}`),
      birthNames: candidates?.map(({ identity }) => identity.patient.traits.birthName),
    };
  }
});

const samples = folderOf('TERR_DATA', 'samples/index.json');

interface Sample {
  readonly file: string;
  readonly kind: string;
  readonly expected: {
    readonly hl7?: {
      readonly patients?: readonly {
        readonly ids: readonly { readonly root?: string; readonly extension?: string }[];
        readonly otherIds?: readonly { readonly root?: string; readonly extension?: string }[];
        readonly birth?: string;
        readonly matchValue?: string;
      }[];
    };
  };
}

describe.skipIf(samples === null)('candidates and identifiers in messages of other people', () => {
  const all = samples === null ? [] : (JSON.parse(readFileSync(samples, 'utf8')) as Sample[]);
  const answers = all.filter(({ kind }) => kind === 'iti45-answer' || kind === 'iti47-answer');

  it.each(answers.map((one) => [one.file, one] as const))('%s', (file, { kind, expected }) => {
    const root = readXml(readFileSync(join(samples ?? '', '..', file)));
    const message = [...descendants(root)].find(({ localName }) => /^PRPA_IN2013(?:06|10)UV02$/.test(localName));
    const interaction = readInteraction(message!);
    const patients = expected.hl7?.patients ?? [];

    const ids = patients.map((patient) => [...patient.ids, ...(patient.otherIds ?? [])]);
    const whole = ids.map((list) =>
      list.filter(({ extension, root: system }) => extension && /^[\d.]+$/.test(system ?? '')),
    );
    const read = interaction.patients.map((patient) => readIdentifiers([patient]).identifiers);
    expect(read.map((list) => list.map(({ system, value }) => `${system}|${value}`))).toEqual(
      whole.map((list) => list.map(({ root: system = '', extension = '' }) => `${system}|${extension}`)),
    );
    if (kind === 'iti45-answer') return;

    const judged = { interaction, acknowledgement: 'AA', warnings: [], told: [] } as const;
    const { candidates } = readCandidates(judged, { birthName: 'X' });
    expect(candidates.map(({ matchScore }) => matchScore)).toEqual(
      patients.map(({ matchValue }) => (matchValue === undefined ? null : Number(matchValue))),
    );
    expect(candidates.map(({ identity }) => identity.patient.traits.birthDate?.replaceAll('-', ''))).toEqual(
      patients.map(({ birth }) => birth?.slice(0, 8)),
    );
  });
});

const schemas = folderOf('TERR_DATA', 'xsd/message-pix-pdq.xsd');

describe.skipIf(schemas === null || missing('xmllint'))('every request', () => {
  const zoe = fictivePatient({ localId: '<"1">', traits: { birthName: "D'ÀÉ-ÇA", usedName: 'PINSON' } });
  const abroad = fictivePatient({ localId: '2', traits: { sex: 'I', birthPlace: { countryInsee: '99109' } } });
  const bare = {
    ...abroad,
    identityStatus: 'PROV',
    traits: { ...abroad.traits, birthPlace: { postalCode: '75012' } },
  } as const;

  it('is valid against the schemas of HL7 v3', { timeout: 30_000 }, async () => {
    const { client } = side;
    side.asked.length = 0;
    side.answer = (asked) => hl7Answer(asked, { name: 'MCCI_IN000002UV01' });
    for (const patient of [zoe, bare]) {
      await client.feed({ event: 'add', patient });
      await client.feed({ event: 'revise', patient });
      await client.feed({ event: 'merge', patient, replaces: { system: '2.999.1.10', value: '1' } });
    }

    side.answer = (asked) => hl7Answer(asked, { name: 'PRPA_IN201310UV02', code: 'NF' });
    await client.identifiers(zoe, { domains: ['2.999.1', '2.999.2'] });
    await client.identifiers(zoe.localId);

    side.answer = (asked) =>
      asked.action.endsWith('Cancel')
        ? hl7Answer(asked, { name: 'MCCI_IN000002UV01' })
        : hl7Answer(asked, {
            name: 'PRPA_IN201306UV02',
            code: 'OK',
            subjects: subject([`2.999.1|${String(side.asked.length)}`]),
            quantities: quantities(9, 1, 100 - side.asked.length),
          });
    await client.search(zoe.traits, { limit: 2, pageSize: 1, domains: ['2.999.1'], identifier: zoe.localId });

    expect(refused(side.asked.map(({ payload }) => payload))).toEqual([]);
    expect(new Set(side.asked.map(({ payload }) => /<(\w+)/.exec(payload)?.[1]))).toEqual(
      new Set([
        'PRPA_IN201301UV02',
        'PRPA_IN201302UV02',
        'PRPA_IN201304UV02',
        'PRPA_IN201305UV02',
        'PRPA_IN201309UV02',
        'QUQI_IN000003UV01',
        'QUQI_IN000003UV01_Cancel',
      ]),
    );
  });

  /** What the parser of the schemas refuses. */
  function refused(payloads: readonly string[]): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'hl7v3-'));
    try {
      payloads.forEach((payload, place) => writeFileSync(join(folder, `${String(place)}.xml`), payload));
      const files = readdirSync(folder).map((name) => join(folder, name));
      const schema = join(schemas ?? '', '../hl7v3/pix-pdq.xsd');
      execFileSync('xmllint', ['--nonet', '--noout', '--schema', schema, ...files], { stdio: 'pipe' });
      return [];
    } catch (error) {
      return String((error as { readonly stderr?: Buffer }).stderr ?? error)
        .split('\n')
        .filter((line) => line.includes('error'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
