import { describe, expect, it } from 'vitest';
import { againstEntry } from '../../../src/documents/check/submission/against-entry.ts';
import { documentEntry } from '../../../src/documents/metadata/derive.ts';
import type { CdaHeader } from '../../../src/documents/model/document.ts';
import type { DocumentEntry } from '../../../src/documents/model/metadata.ts';
import { builtDocument, canaryName, header } from '../helpers/built-document.ts';

const entry = documentEntry(builtDocument(), 'Document01', 'DOC0001.XML');
const read: CdaHeader = header();

const rules = (changed: Partial<CdaHeader>, registered: Partial<DocumentEntry> = {}): string[] =>
  againstEntry({ ...read, ...changed }, { ...entry, ...registered }, '/').map(({ rule }) => rule);
const patient = (changed: Partial<CdaHeader['patient']>): Partial<CdaHeader> => ({
  patient: { ...read.patient, ...changed },
});
const told = (...sourcePatientInfo: string[]): Partial<DocumentEntry> => ({ sourcePatientInfo });

describe('againstEntry', () => {
  it('finds nothing in what was derived from the document', () => {
    expect(rules({})).toEqual([]);
  });

  it('takes an absent text of the document for an empty one of the entry, and for no other', () => {
    expect(rules({ title: null }, { title: '' })).toEqual([]);
    expect(rules({ title: null })).toEqual(['SUB-TITLE']);
    expect(rules({ effectiveTime: null }, { creationTime: '' })).toEqual([]);
    expect(rules({ effectiveTime: null })).toEqual(['SUB-TIME']);
    expect(rules({}, { creationTime: '' })).toEqual(['SUB-TIME']);
    expect(rules({ uniqueId: null })).toEqual(['SUB-UNIQUE-ID']);
    expect(rules({ type: null })).toEqual(['SUB-TYPE']);
    expect(rules({ confidentiality: null })).toEqual(['SUB-CONFIDENTIALITY']);
  });

  it('compares a title without the spaces around it', () => {
    expect(rules({ title: ` ${entry.title} ` })).toEqual([]);
    expect(rules({}, { title: ` ${entry.title} ` })).toEqual([]);
  });

  it('compares a code together with its system', () => {
    const { typeCode } = entry;
    expect(rules({}, { typeCode: { ...typeCode, codeSystem: '2.999.1' } })).toEqual(['SUB-TYPE']);
    expect(rules({}, { typeCode: { ...typeCode, code: '11490-0' } })).toEqual(['SUB-TYPE']);
    expect(rules({}, { typeCode: { ...typeCode, displayName: 'Autre libellé' } })).toEqual([]);
  });

  it.each(['creationTime', 'serviceStartTime'] as const)('compares %s to the precision of the shorter one', (name) => {
    const time = entry[name] ?? '';
    expect(rules({}, { [name]: time.slice(0, 8) })).toEqual([]);
    expect(rules({}, { [name]: time.slice(0, 7) })).toEqual(['SUB-TIME']);
    expect(rules({}, { [name]: `${time.slice(0, -1)}9` })).toEqual(['SUB-TIME']);
  });

  it('compares the end of the act', () => {
    const [act] = read.acts;
    expect(rules({ acts: [{ ...act!, stop: '20260315103000+0100' }] })).toEqual(['SUB-TIME']);
    expect(rules({}, { serviceStopTime: '20260315093000' })).toEqual(['SUB-TIME']);
  });

  it('refuses several patients, a patient that no identifier names, and an identifier of another', () => {
    expect(rules({ severalPatients: true })).toEqual(['SUB-PATIENT']);
    expect(rules({}, { patientId: '', sourcePatientId: '', sourcePatientInfo: [] })).toEqual(['SUB-PATIENT']);
    expect(rules(patient({ ins: null }))).toEqual(['SUB-PATIENT']);
    expect(rules(patient({ localIds: [] }))).toEqual(['SUB-PATIENT']);
    expect(rules({}, told('PID-3|P-000003^^^&2.999.1.2&ISO^PI~P-4^^^&2.999.1.2&ISO^PI'))).toEqual(['SUB-PATIENT']);
    expect(rules({}, told('PID-3|P-000003^^^&2.999.1.9&ISO^PI'))).toEqual(['SUB-PATIENT']);
  });

  it('compares names without accents, case and separators', () => {
    expect(rules({}, told(`PID-5|${canaryName.toLowerCase()}^Dominique^^^^^L`))).toEqual([]);
    expect(rules(patient({ birthName: 'LE GOFF' }), told('PID-5|Lé-Goff^DOMINIQUE^^^^^L'))).toEqual([]);
    expect(rules(patient({ birthName: 'LE GOFF' }), told('PID-5|LEGOFF^DOMINIQUE^^^^^L'))).toEqual(['SUB-TRAITS']);
  });

  it('takes the first name or the list, whole words only', () => {
    expect(rules({}, told(`PID-5|${canaryName}^DOMINIQUE MARIE LOUISE^^^^^L`))).toEqual([]);
    expect(rules({}, told(`PID-5|${canaryName}^DOMI^^^^^L`))).toEqual(['SUB-TRAITS']);
    expect(rules({}, told(`PID-5|${canaryName}^DOMINIQUETTE^^^^^L`))).toEqual(['SUB-TRAITS']);
    expect(rules({}, told(`PID-5|${canaryName}^^^^^^L`))).toEqual([]);
  });

  it('compares sex when both are known, and a birth date to its precision', () => {
    expect(rules({}, told('PID-8|M'))).toEqual(['SUB-TRAITS']);
    expect(rules({}, told('PID-8|F'))).toEqual([]);
    expect(rules({}, told('PID-8|U'))).toEqual([]);
    expect(rules(patient({ sex: null }), told('PID-8|M'))).toEqual([]);
    expect(rules({}, told('PID-7|1979'))).toEqual([]);
    expect(rules({}, told('PID-7|197'))).toEqual(['SUB-TRAITS']);
    expect(rules({}, told('PID-7|19790329'))).toEqual(['SUB-TRAITS']);
    expect(rules({}, told('PID-7|'))).toEqual([]);
    expect(rules(patient({ birthTime: null }), told('PID-7|19790329'))).toEqual([]);
  });

  it('wants every author of the document among those of the entry', () => {
    expect(rules({}, { authors: [] })).toEqual(['SUB-AUTHOR']);
    const [author] = read.authors;
    expect(rules({ authors: [{ ...author!, id: null }] }, { authors: [] })).toEqual([]);
  });

  it('quotes no value', () => {
    const findings = againstEntry({ ...read, title: 'CANARI' }, { ...entry, ...told('PID-5|CANARI^X^^^^^L') }, '/');
    expect(findings.map(({ rule }) => rule)).toEqual(['SUB-TRAITS', 'SUB-TITLE']);
    expect(JSON.stringify(findings)).not.toContain('CANARI');
  });
});
