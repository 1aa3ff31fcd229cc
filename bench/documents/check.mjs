import { DOMParser } from '@xmldom/xmldom';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVsm, checkCda, readCda, renderCda } from 'terr-esante-sdk/documents';
import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
import { race } from '../lib/race.mjs';

/** A structured summary of about 140 kB. */
async function summary() {
  const problem = (index) => ({
    text: `Hypertension artérielle, épisode ${index}`,
    code: { code: 'I10', displayName: 'Hypertension essentielle (primitive)' },
    start: '2019-04-12',
  });
  const { content } = await buildVsm({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' },
    patientConsent: true,
    content: { problems: Array.from({ length: 88 }, (_, index) => problem(index)), allergies: 'none' },
  });
  const chunks = [];
  for await (const chunk of content.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Wall milliseconds of the five profiles and the summary's own, by Saxon, as the national kit is
 * run.
 */
async function officialKit(bytes) {
  if (!process.env.CDA_KIT) return null;
  const { openKit, validateFolder } = await import('../../scripts/cda-kit.mjs');
  const kit = openKit(process.env.CDA_KIT);
  const folder = mkdtempSync(join(tmpdir(), 'bench-kit-'));
  writeFileSync(join(folder, 'vsm.xml'), bytes);
  const start = performance.now();
  validateFolder(kit, folder, new Set(['vsm.xml']));
  const spent = performance.now() - start;
  rmSync(folder, { recursive: true });
  return spent;
}

export async function run() {
  const bytes = await summary();
  const xml = bytes.toString('utf8');
  const read = readCda(bytes);
  const times = await race({
    parse: () => new DOMParser().parseFromString(xml, 'text/xml'),
    read: () => readCda(bytes),
    check: () => checkCda(bytes),
    render: () => renderCda(read),
  });
  const beside = 'xmldom parsing the same bytes, nothing checked';
  const row = (name, value, goal) => ({
    name,
    value,
    unit: 'ms CPU',
    baseline: beside,
    ratio: value / times.parse,
    goal,
  });
  const rows = [
    row(`checkCda, summary of ${Math.round(bytes.length / 1000)} kB`, times.check, 'at most 0.75'),
    row('readCda, the same', times.read, 'at most 0.5'),
    row('renderCda, the same, once read', times.render, null),
  ];
  const kit = await officialKit(bytes);
  rows.push({
    name: 'official XSD and Schematron run, the same',
    value: kit,
    unit: kit === null ? 'set CDA_KIT to the kit' : 'ms wall',
    baseline: 'checkCda',
    ratio: kit === null ? null : kit / times.check,
    goal: null,
  });
  return rows;
}
