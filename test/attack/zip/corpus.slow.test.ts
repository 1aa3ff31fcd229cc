import { beforeAll, describe, expect, it } from 'vitest';
import { checkXdm, createSubmission, readXdm, writeMetadata } from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { builtDocument, canaryName, fixedRuntime, sourceId } from '../../documents/helpers/built-document.ts';
import { zipCases, type ZipCase } from './cases.ts';
import { rawZip } from './raw-zip.ts';

let cases: ZipCase[] = [];
let metadata: Uint8Array;
let document: Uint8Array;
beforeAll(async () => {
  const built = builtDocument({ title: 'Courrier de suivi '.repeat(5) });
  metadata = writeMetadata(createSubmission([built], { sourceId, runtime: fixedRuntime() }));
  document = await collect(built.content.open());
  cases = zipCases(metadata, document);
});

const refusals = ['TE_ARCHIVE_INVALID', 'TE_XML_INVALID', 'TE_DOCUMENT_INVALID', 'TE_IDENTITY_MISMATCH'];

async function outcome({ make }: ZipCase): Promise<string> {
  try {
    const { findings } = await readXdm(make());
    expect(JSON.stringify(findings)).not.toContain(canaryName);
    return findings.map(({ rule }) => rule).join(' ') || 'read';
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    expect(JSON.stringify(error)).not.toContain(canaryName);
    return error.code;
  }
}

describe('hostile archives', () => {
  it('has at least 100 cases, made around an archive that is read', async () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
    const entries = [
      { name: 'INDEX.HTM', data: '' },
      { name: 'README.TXT', data: '' },
      { name: 'IHE_XDM/SUBSET01/METADATA.XML', data: metadata },
      { name: 'IHE_XDM/SUBSET01/DOC0001.XML', data: document },
    ];
    const { findings, subsets } = await readXdm(rawZip({ entries }));
    expect(findings).toEqual([]);
    expect(subsets[0]!.documents[0]!.intact).toBe(true);
  });

  it('are refused with a type, or the document concerned is reported', async () => {
    const wrong: string[] = [];
    for (const one of cases) {
      const got = await outcome(one);
      const right = one.finding === undefined ? refusals.includes(got) : got.split(' ').includes(one.finding);
      if (!right) wrong.push(`${one.name}: ${got}`);
    }
    expect(wrong).toEqual([]);
  });

  it('give findings and never an exception to checkXdm', async () => {
    const silent: string[] = [];
    for (const { name, make } of cases) if ((await checkXdm(make())).findings.length === 0) silent.push(name);
    expect(silent).toEqual([]);
  });
});
