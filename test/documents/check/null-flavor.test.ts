import { beforeAll, describe, expect, it } from 'vitest';
import { buildCda, checkCda } from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { nullFlavorMutations, type Mutation } from '../mutations.ts';
import { Random, randomInput, seededRuntime } from '../random-input.ts';

const isValue =
  /\/(?:family|given|prefix|suffix|streetAddressLine|country|state|county|city|postalCode|houseNumber|streetName|precinct|code|birthTime|time|telecom|id|administrativeGenderCode|standardIndustryClassCode)(?:\[\d+\])?$/;
const isWhole =
  /\/(?:patientRole|dataEnterer|informant(?:\[\d\])?\/\w+Entity|scopingOrganization|asOrganizationPartOf)(?:\/|$)/;

async function errorsOf(xml: string): Promise<string[]> {
  const { findings } = await checkCda(Buffer.from(xml), { codeSet: 'current' });
  return findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
}

describe('nullFlavor in the header', () => {
  let xml = '';
  let mutants: readonly Mutation[] = [];

  beforeAll(async () => {
    const random = new Random(20);
    const input = randomInput(random, 'everything');
    const built = await buildCda({ ...input, type: 'CERT_DECL', text: 'Contenu' }, { runtime: seededRuntime(random) });
    xml = Buffer.from(await collect(built.content.open())).toString('utf8');
    mutants = [...nullFlavorMutations(xml)].filter(({ operation }) => operation === 'nullFlavor UNK beside');
  });

  it('is refused beside any value, wherever it stands', async () => {
    const values = mutants.filter(({ path }) => isValue.test(path));
    expect(values.length).toBeGreaterThan(100);

    const accepted: string[] = [];
    for (const { path, xml } of values) if ((await errorsOf(xml)).length === 0) accepted.push(path);
    expect(accepted).toEqual([]);
  });

  it('is refused beside the content of the patient and of the other parts that the CI-SIS names', async () => {
    const parts = mutants.filter(({ path }) => isWhole.test(path) && !isValue.test(path));
    expect(parts.length).toBeGreaterThan(20);

    const accepted: string[] = [];
    for (const { path, xml } of parts) {
      if (!(await errorsOf(xml)).some((rule) => rule === 'CDA-NULL-FLAVOR' || rule.startsWith('CDA-PATIENT'))) {
        accepted.push(path);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('makes an author or a facility none', async () => {
    const authors = xml.replaceAll(/<author([ >])/g, '<author nullFlavor="UNK"$1');
    expect(authors).not.toBe(xml);
    expect(await errorsOf(authors)).toContain('CDA-AUTHOR');

    const facility = mutants.find(({ path }) => path.endsWith('/location/healthCareFacility'));
    expect(await errorsOf(facility?.xml ?? '')).toContain('CDA-FACILITY');
  });

  it('stays possible alone, and beside the system of a code that is not in it', async () => {
    const second = (from: string, to: string): string => {
      expect(xml).toContain(from);
      return xml.replace(from, to);
    };
    const relation = /<code code="(?:MTH|FTH|SIS)"[^>]*><\/code>/.exec(xml)?.[0] ?? 'none';
    expect(await errorsOf(xml)).toEqual([]);
    expect(await errorsOf(second('<suffix>', '<suffix nullFlavor="UNK"></suffix><suffix>'))).not.toContain(
      'CDA-NULL-FLAVOR',
    );
    expect(
      await errorsOf(second(relation, '<code nullFlavor="OTH"><originalText>Marraine</originalText></code>')),
    ).not.toContain('CDA-NULL-FLAVOR');
    expect(await errorsOf(second(relation, '<code nullFlavor="OTH" displayName="Marraine"></code>'))).toContain(
      'CDA-NULL-FLAVOR',
    );
    expect(
      await errorsOf(second(relation, '<code nullFlavor="UNK"><originalText>Marraine</originalText></code>')),
    ).toContain('CDA-NULL-FLAVOR');
  });
});
