import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readJson, type Json } from '../../../src/internal/json/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';

const data = join(process.env['TERR_DATA'] ?? '', 'fhir');
const folders = ['ans-cdl-3.0.0/examples', 'minimal'].map((name) => join(data, name));

/** A note that others published, by the name of its file. */
export type OfficialNote = readonly [name: string, resource: Json];

/** The notes of the official examples, and the smallest valid ones. Read as the library reads. */
export function officialNotes(): readonly OfficialNote[] {
  if (!folders.every((folder) => existsSync(folder))) {
    skipBecause('TERR_DATA has no examples of Cahier de liaison');
    return [];
  }
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .flatMap((name) => notesIn(folder, name)),
  );
}

function notesIn(folder: string, name: string): OfficialNote[] {
  const isOurs = folder.endsWith('examples') || /^cdl-/.test(name);
  if (!isOurs || !name.endsWith('.json')) return [];
  const resource = readJson(readFileSync(join(folder, name))) as Json;
  const held =
    resource['resourceType'] === 'Bundle' ? (resource['entry'] as Json[]).map((each) => each['resource']) : [resource];
  return (held as Json[])
    .filter(({ resourceType }) => resourceType === 'DocumentReference')
    .map((each) => [name, each]);
}
