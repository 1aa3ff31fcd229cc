import { describe, expect, it } from 'vitest';

import { readFilters } from '../../../src/client/documents/filters.ts';
import type { DocumentFilters } from '../../../src/index.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../../src/platform/index.ts';
import type { DocumentRecord } from '../../../src/transport/index.ts';
import { doctor, record } from './record.ts';

const judged = (filters: DocumentFilters, change: Partial<DocumentRecord> = {}): boolean | null =>
  readFilters(filters, simulatorDescriptor).accepts(record(change));
const asked = (filters: DocumentFilters) => readFilters(filters, simulatorDescriptor).query;

const act = (start: string | null, end: string | null = null) => ({ act: { start, end } });
const during = (axis: 'act' | 'creation' | 'submission', from?: string, to?: string) => ({
  period: { axis, ...(from && { from }), ...(to && { to }) },
});
const hidden = { hiddenFromPatient: false, hiddenFromProfessionals: true, hiddenFromLegalRepresentatives: false };

describe('a document is given when it holds every filter', () => {
  it.each<[string, boolean | null, DocumentFilters, Partial<DocumentRecord>?]>([
    ['nothing is asked', true, {}],
    ['its type is one of those', true, { typeCodes: ['18748-4', '11502-2'] }],
    ['it has another type', false, { typeCodes: ['18748-4'] }],
    ['its class is that', true, { classCodes: ['10'] }],
    ['it has another class', false, { classCodes: ['31'] }],
    ['its class is not told', null, { classCodes: ['10'] }, { class: null }],
    ['another filter decides', false, { classCodes: ['10'], typeCodes: ['x'] }, { class: null }],
    ['it is the result of an exam', true, { family: 'exam-result' }],
    ['it is none', false, { family: 'exam-result' }, { typeCode: '11488-4' }],
    ['it is a report by its class', true, { family: 'report' }, { typeCode: '11488-4' }],
    ['it is a report by its type', true, { family: 'report' }, { typeCode: '18748-4', class: null }],
    ['it may be a report', null, { family: 'report' }, { class: null }],
    ['its author has that number', true, { author: { nationalId: '899700012349' } }],
    ['and by RPPS', true, { author: { nationalId: '899700012349' } }, authored({ ids: [rpps('99700012349')] })],
    ['somebody else has', false, { author: { nationalId: '899700012340' } }],
    ['its author has no number', null, { author: { nationalId: '899700012349' } }, authored({ ids: [] })],
    ['no author is told', null, { author: { name: 'martin' } }, { authors: null }],
    ['a name without its accents', true, { author: { name: 'MARTIN elodie' } }],
    ['a part of a word is no name', false, { author: { name: 'mart' } }],
    ['one author of two', true, { author: { name: 'autre' } }, { authors: [doctor, named('AUTRE')] }],
    ['one of two has no name', null, { author: { name: 'autre' } }, { authors: [doctor, named(null)] }],
    ['the right name of the wrong number', false, { author: { name: 'martin', nationalId: '1' } }],
    ['a replaced version', false, {}, { status: 'deprecated' }],
    ['a replaced version is wanted', true, { includeDeprecated: true }, { status: 'deprecated' }],
    ['a document set aside', false, { includeDeprecated: true }, { status: 'archived' }],
    ['a document set aside is wanted', true, { includeArchived: true }, { status: 'archived' }],
    ['a masked document', false, {}, { visibility: hidden }],
    ['a masked document is wanted', true, { includeHidden: true }, { visibility: hidden }],
    ['nothing is told of masks', true, {}, { visibility: null }],
    ['made on that day', true, during('creation', '2026-03-01', '2026-03-01')],
    ['made the day after', false, during('creation', '2026-03-02')],
    ['made before midnight of France', true, during('creation', '2026-03-02'), { createdAt: '2026-03-01T23:30:00Z' }],
    ['made at the instant', true, during('creation', '2026-03-01T11:15:00+01:00')],
    ['an instant is no end', false, during('creation', undefined, '2026-03-01T10:15:00Z')],
    ['made some time that month', true, during('creation', '2026-03-20'), { createdAt: '2026-03' }],
    ['made some time that year', false, during('creation', '2027-01-01'), { createdAt: '2026' }],
    ['nobody says when', null, during('creation', '2026-03-01'), { createdAt: null }],
    ['came on that day', true, during('submission', '2026-03-02', '2026-03-02')],
    ['the act of one moment', false, during('act', '2026-03-01'), act('2026-02-28T08:00:00Z')],
    ['a stay that goes on', true, during('act', '2026-03-01'), act('2026-02-28', '2026-03-05')],
    ['a stay that began later', false, during('act', undefined, '2026-02-27'), act('2026-02-28', '2026-03-05')],
    ['the end alone is told', true, during('act', '2026-03-05', '2026-03-05'), act(null, '2026-03-05')],
    ['no act is told', null, during('act', '2026-03-01'), { act: null }],
    ['summer time', true, during('creation', '2026-03-29', '2026-03-29'), { createdAt: '2026-03-29T21:59:00Z' }],
    ['the day after a day of summer', false, during('creation', undefined, '2026-03-29'), made('2026-03-29T22:00:00Z')],
  ])('%s: %s', (_what, wanted, filters, change) => {
    expect(judged(filters, change)).toBe(wanted);
  });

  function authored(change: Partial<typeof doctor>): Partial<DocumentRecord> {
    return { authors: [{ ...doctor, ...change }] };
  }
  function named(displayName: string | null): typeof doctor {
    return { ...doctor, displayName };
  }
  function rpps(value: string): { system: string; value: string } {
    return { system: 'https://rpps.esante.gouv.fr', value };
  }
  function made(createdAt: string): Partial<DocumentRecord> {
    return { createdAt };
  }
});

describe('a platform is asked', () => {
  it('for what it can narrow, and for no more than one list of a family', () => {
    expect(asked({})).toMatchObject({ statuses: ['approved'], isWhole: false, typeCodes: [], period: null });
    expect(asked({ family: 'exam-result' }).typeCodes).toContain('11502-2');
    expect(asked({ family: 'exam-result', typeCodes: ['11502-2'] }).typeCodes).toEqual(['11502-2']);
    expect(asked({ family: 'report' })).toMatchObject({ typeCodes: [], classCodes: [] });
    expect(asked({ author: { nationalId: '899700012349' } }).authorId).toBe('899700012349');
    expect(asked({ includeDeprecated: true, includeArchived: true })).toMatchObject({
      statuses: ['approved', 'deprecated', 'archived'],
      isWhole: true,
    });
    expect(asked(during('act', '2026-03-01', '2026-03-29')).period).toEqual({
      axis: 'act',
      from: '2026-02-28T23:00:00Z',
      to: '2026-03-29T22:00:00Z',
    });
  });

  it.each<[string, unknown]>([
    ['typeCodes', []],
    ['classCodes', [10]],
    ['family', 'letters'],
    ['author', {}],
    ['period', { axis: 'year' }],
    ['from', { axis: 'act', from: '01/03/2026' }],
    ['from', { axis: 'act', from: '2026-02-30' }],
    ['to', { axis: 'act', to: '2026-03-01T10:00:00' }],
    ['period', { axis: 'act', from: '2026-03-02', to: '2026-03-01' }],
  ])('for nothing with a wrong %s', (name, value) => {
    const filters = { [name === 'from' || name === 'to' ? 'period' : name]: value } as DocumentFilters;
    expect(() => readFilters(filters, simulatorDescriptor)).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });

  it('for no family that its descriptor does not tell', () => {
    const { families: _, ...documents } = simulatorDescriptor.documents;
    const descriptor: PlatformDescriptor = { ...simulatorDescriptor, documents };
    expect(() => readFilters({ family: 'report' }, descriptor)).toThrow(
      expect.objectContaining({ code: 'TE_UNSUPPORTED', details: { path: 'documents.families.report' } }),
    );
  });
});
