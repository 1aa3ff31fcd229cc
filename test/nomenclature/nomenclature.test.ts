import { describe, expect, it } from 'vitest';
import {
  findClassOfType,
  findType,
  findFormatCode,
  loadNomenclature,
  findConcept,
  searchConcepts,
} from '../../src/documents/index.ts';
import { isActiveOn, type NomenclatureName } from '../../src/nomenclature/index.ts';
import { conceptTables, mappingTables } from '../../src/nomenclature/names.ts';
import { loadMapping } from '../../src/nomenclature/nomenclature.ts';

const loinc = '2.16.840.1.113883.6.1';

describe('national code tables', () => {
  it.each(Object.keys(conceptTables) as NomenclatureName[])(
    '%s: whole rows, no code twice in one system',
    async (name) => {
      const table = await loadNomenclature(name);
      const { concepts, publishedName } = table;
      expect(publishedName).not.toBe('');
      expect(concepts.length).toBeGreaterThan(1);
      const keys = new Set(concepts.map(({ code, codeSystem }) => `${code} ${codeSystem}`));
      expect(keys.size).toBe(concepts.length);
      for (const concept of concepts) {
        expect(concept.displayName).not.toBe('');
        expect(concept.codeSystem).toMatch(/^(?:[0-2](?:\.\d+)+|URN|ASTM|https:\/\/mos\.esante\.gouv\.fr\/NOS\/\S+)$/);
        expect(table.find(concept.code, concept.codeSystem)).toBe(concept);
      }
    },
  );

  it.each(Object.keys(mappingTables) as (keyof typeof mappingTables)[])('%s: whole pairs', async (name) => {
    for (const { source, target } of await loadMapping(name)) {
      expect([source.code, source.codeSystem, target.code, target.codeSystem]).not.toContain('');
    }
  });

  it('holds the editions it says', async () => {
    expect((await loadNomenclature('typeCode')).concepts).toHaveLength(121);
    expect((await loadNomenclature('authorSpecialty')).concepts).toHaveLength(396);
  });

  it('keeps two meanings of one code apart', async () => {
    await expect(findConcept('contentType', '11')).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect((await findConcept('contentType', '11', '1.2.250.1.213.1.6.1.128'))?.displayName).toContain('postcure');
  });

  it('does not know a table by the name of an inherited property', async () => {
    await expect(loadNomenclature('toString' as NomenclatureName)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it.each([
    ['29551-9', '57833-6', 'meaning'],
    ['39256-3', '75492-9', 'display'],
  ])('names the successor of %s', async (code, successor, basis) => {
    expect(await findConcept('typeCode', code)).toBeNull();
    const type = await findType(code);
    expect(type).toMatchObject({ active: false, validUntil: '2017-10-13', successor: { code: successor, basis } });
    expect((await findType(successor))?.active).toBe(true);
  });

  it('tells what is active on a day', async () => {
    const retired = (await findType('29551-9'))!;
    expect([isActiveOn(retired, '2017-10-13'), isActiveOn(retired, '2017-10-14')]).toEqual([true, false]);
    const attestation = (await findConcept('complementaryType', 'ATTEST-VITALE'))!;
    expect(['2022-04-28', '2022-04-29', '2024-01-27'].map((day) => isActiveOn(attestation, day))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('classifies types, and says when no mapping does', async () => {
    expect((await findClassOfType('CERT_DECL', '1.2.250.1.213.1.1.4.12'))?.code).toBe('52');
    expect((await findClassOfType('18748-4', loinc))?.code).toBe('31');
    expect(await findClassOfType('97694-4', loinc)).toBeNull();
    expect((await findClassOfType('11488-4', loinc, 'dmp'))?.code).toBe('10');
  });

  it('finds types without accents or case, by several words or by code', async () => {
    expect((await searchConcepts('typeCode', 'SYNTHESE')).map(({ code }) => code)).toContain('SYNTH');
    expect((await searchConcepts('typeCode', 'certificat med'))[0]?.code).toBe('89601-9');
    expect((await searchConcepts('typeCode', '11488'))[0]?.code).toBe('11488-4');
    expect(await searchConcepts('typeCode', 'zzz')).toEqual([]);
    expect(await searchConcepts('typeCode', '', { limit: 3 })).toHaveLength(3);
    expect(await searchConcepts('retiredType', 'prescription')).toEqual([]);
    expect((await searchConcepts('retiredType', 'prescription', { includeRetired: true })).length).toBeGreaterThan(1);
    expect((await searchConcepts('retiredType', 'prescription', { on: '2016-01-01' })).length).toBeGreaterThan(1);
  });

  it('gives the format of a document', async () => {
    expect((await findFormatCode({ mediaType: 'text/plain' })).code).toBe('urn:ihe:iti:xds-sd:text:2008');
    expect((await findFormatCode({ templateIds: ['1.2.250.1.213.1.1.1.1', '1.2.250.1.213.1.1.1.13'] })).code).toBe(
      'urn:asip:ci-sis:vsm:2012',
    );
    expect((await findFormatCode({ templateIds: ['1.2.3'] })).code).toBe('urn:asipSante:modelesHorsProfils:2011');
  });
});
