import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openAuditJournal, type StoredAuditJournal } from '../../../src/index.ts';
import { childElement, childElements, readXml } from '../../../src/internal/xml/index.ts';
import { fictivePatient, fictiveStructure } from '../../../src/testing/index.ts';
import { consentFor, createWorld, letter, rppsHolder, type World } from '../world.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-audit-'));
const patient = fictivePatient();
const emergency = { purpose: 'emergency', reason: 'Patient inconscient' } as const;
let world: World;
let journal: StoredAuditJournal;

/** What is in the journal: a creation, a letter, a question that was refused. */
beforeAll(async () => {
  world = await createWorld();
  journal = await openAuditJournal({ folder: join(folder, 'acces'), key: randomBytes(32) });
  const te = world.client({ audit: journal });
  await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
  await te.documents.deposit(patient, await letter(), { patientConsent: true });
  await te.dossier.status({ ...patient, localId: { ...patient.localId, value: 'PAT-9' } }, emergency);
  await expect(te.dossier.create(patient, { consent: consentFor(te) })).rejects.toMatchObject({
    code: 'TE_DOSSIER_EXISTS',
  });
  world.simulator.inject({ kind: 'http-status', status: 503 });
  await expect(te.dossier.status(patient, { refresh: true })).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
});
afterAll(async () => {
  await world.close();
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(format: 'atna' | 'fhir'): Promise<string[]> {
  const messages: string[] = [];
  for await (const message of journal.export({ format, source: 'LPS fictif 1.0' })) messages.push(message);
  return messages;
}

interface Exported {
  readonly type: { readonly code: string };
  readonly action: string;
  readonly outcome: string;
  readonly outcomeDesc?: string;
  readonly period: { readonly start: string; readonly end: string };
  readonly agent: readonly {
    readonly who: { readonly identifier: { readonly system: string; readonly value: string } };
  }[];
  readonly entity: readonly {
    readonly what: { readonly identifier: { readonly system?: string; readonly value: string } };
  }[];
  readonly purposeOfEvent: readonly { readonly coding: readonly { readonly code: string }[] }[];
}

describe('the journal of a client', () => {
  it('has each access, in its order, and verifies', async () => {
    const actions: string[] = [];
    for await (const { action, outcome, code } of journal.events())
      actions.push(`${action} ${outcome} ${String(code)}`);
    expect(actions).toEqual([
      'dossier.status ok null',
      'dossier.create ok null',
      'documents.deposit ok null',
      'dossier.status ok null',
      'dossier.status ok null',
      'dossier.status error TE_UNAVAILABLE',
    ]);
    expect(await journal.verify()).toMatchObject({ ok: true, findings: [], records: actions.length });
  });

  it.each(['atna', 'fhir'] as const)('as %s holds identifiers and no trait, a line each', async (format) => {
    const messages = await exported(format);
    expect(messages.length).toBe(6);
    const all = messages.join('\n');
    expect(messages.every((message) => !message.includes('\n'))).toBe(true);
    expect(all).toContain(patient.localId.value);
    const { birthName, firstName, birthDate } = patient.traits;
    for (const trait of [birthName!, firstName!, birthDate!, patient.ins.value]) expect(all).not.toContain(trait);
  });

  it('as AuditEvent says who, whose, when, why and how it ended', async () => {
    const events = (await exported('fhir')).map((line) => JSON.parse(line) as Exported);
    expect(events.map(({ type, action, outcome }) => [type.code, action, outcome])).toEqual([
      ['110112', 'E', '0'],
      ['110110', 'C', '0'],
      ['110106', 'R', '0'],
      ['110112', 'E', '0'],
      ['110112', 'E', '0'],
      ['110112', 'E', '8'],
    ]);
    const [, creation, deposit, emergency] = events;
    expect(creation!.agent.map(({ who }) => who.identifier.value)).toEqual([rppsHolder, fictiveStructure().nationalId]);
    expect(creation!.entity[0]!.what.identifier).toEqual({
      system: `urn:oid:${patient.localId.system}`,
      value: patient.localId.value,
    });
    expect(deposit!.entity[1]!.what.identifier).toMatchObject({
      system: 'urn:ietf:rfc:3986',
      value: expect.stringMatching(/^urn:oid:[\d.]+$/),
    });
    expect(emergency!.purposeOfEvent[0]!.coding[0]!.code).toBe('bris_de_glace');
    expect(events[5]!.outcomeDesc).toBe('TE_UNAVAILABLE');
    expect(events.every(({ period }) => period.start <= period.end)).toBe(true);
  });

  it('as AuditMessage names the event, three participants, the source and the objects', async () => {
    const [, creation, deposit, , , failure] = (await exported('atna')).map((xml) => readXml(Buffer.from(xml)));
    const [event] = childElements(creation!);
    expect(event!.localName).toBe('EventIdentification');
    expect(childElements(creation!).map(({ localName }) => localName)).toEqual([
      'EventIdentification',
      'ActiveParticipant',
      'ActiveParticipant',
      'ActiveParticipant',
      'AuditSourceIdentification',
      ...Array.from({ length: 3 }, () => 'ParticipantObjectIdentification'),
    ]);
    const type = childElement(childElement(deposit, 'EventIdentification'), 'EventTypeCode');
    expect(JSON.stringify(type)).toContain('ITI-32');
    expect(JSON.stringify(childElement(failure, 'EventIdentification'))).toContain('TE_UNAVAILABLE');
  });

  it('refuses a format or a source that is none', async () => {
    for (const options of [
      { format: 'csv', source: 'x' },
      { format: 'fhir' },
      { format: 'fhir', source: 'x', after: '' },
    ]) {
      await expect(journal.export(options as never).next()).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });
});
