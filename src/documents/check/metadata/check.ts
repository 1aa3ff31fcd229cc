import type { CheckReport, Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { checkReport, finding } from '../../../internal/finding.ts';
import { isOid } from '../../../internal/oid.ts';
import { parseRegistry } from '../../metadata/locate.ts';
import { registryObjects } from '../../metadata/read.ts';
import type { Folder, RegistryObjects, SubmissionSet } from '../../model/metadata.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { entryCodeFindings, setCodeFindings, type CodeCache, type CodeScope } from './codes.ts';
import { entryFindings } from './entry.ts';
import { authorFindings, patientIdFindings, type Report } from './people.ts';
import { valueRules } from './authors.ts';
import { recipientRules } from './data-types.ts';
import { isDtm } from './shapes.ts';
import { structureFindings } from './structure.ts';
import { writtenFindings } from './written.ts';
import { type Checks, optionsOf, readingLater } from '../../../internal/border.ts';
import { choice } from '../../../internal/option-checks.ts';

/** Options of the checks of metadata and archives. @group Checks */
export interface MetadataCheckOptions {
  /** Code tables of the CI-SIS or of the DMP. @defaultValue `'ci-sis'` */
  readonly scope?: CodeScope | undefined;
  /** In `production` a test INS is an error. */
  readonly environment?: InsEnvironment | undefined;
}

export const metadataChecks: Checks<MetadataCheckOptions> = {
  scope: choice('ci-sis', 'dmp'),
  environment: choice('production', 'test', 'simulator'),
};

/**
 * Checks XDS metadata against the rules of IHE and of the CI-SIS: presence, shapes, codes, links,
 * one patient. Where the French framework asks for another form than IHE, the French one is right
 * and the finding says so. The text tells more than what {@link readMetadata} gave of it: what is
 * written twice, the order of elements, the components that are not kept.
 *
 * @param input - A METADATA.XML, or what {@link readMetadata} gave.
 * @returns The findings, errors and warnings; none when nothing is wrong.
 * @throws TerrESanteError `TE_XML_INVALID`, `TE_DOCUMENT_INVALID` when there is nothing to check
 * @group Checks
 */
export async function checkMetadata(
  input: Uint8Array | string | RegistryObjects,
  options?: MetadataCheckOptions,
): Promise<CheckReport> {
  const given = optionsOf('options', options, metadataChecks);
  return readingLater('input', () => judged(input, given));
}

async function judged(
  input: Uint8Array | string | RegistryObjects,
  options: MetadataCheckOptions,
): Promise<CheckReport> {
  const { scope = 'ci-sis', environment } = options;
  const isText = typeof input === 'string' || input instanceof Uint8Array;
  const registry = isText ? parseRegistry(input) : null;
  const objects = registry ? registryObjects(registry) : (input as RegistryObjects);

  const out = structureFindings(objects);
  if (registry) out.push(...writtenFindings(registry));

  for (const set of objects.submissionSets) {
    const path = `/${set.id}`;
    out.push(...setFindings(set, environment, path), ...(await setCodeFindings(set, scope, path)));
  }

  for (const folder of objects.folders) out.push(...folderFindings(folder, environment));

  const cache: CodeCache = new Map();
  for (const entry of objects.documents) {
    const path = `/${entry.entryUuid}`;
    out.push(...entryFindings(entry, environment, path), ...(await entryCodeFindings(entry, scope, path, cache)));
  }
  return checkReport(distinct(out));
}

/** The text and the typed form may show the same fault. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map(findings.map((row) => [`${row.rule} ${row.path} ${row.found ?? ''}`, row]));
  return [...seen.values()];
}

function setFindings(set: SubmissionSet, environment: InsEnvironment | undefined, path: string): Finding[] {
  const out: Finding[] = [];
  const report: Report = (rule, attribute, found = null) =>
    out.push(finding(xdsRules, rule, { path: `${path}/${attribute}`, found }));

  authorFindings(set.authors, report);
  if (set.submissionTime === '') report('XDS-REQUIRED', 'submissionTime');
  else if (!isDtm(set.submissionTime)) report('XDS-TIME', 'submissionTime');
  if (set.contentTypeCode.code === '') report('XDS-REQUIRED', 'contentTypeCode');

  if (set.patientId === '') report('XDS-REQUIRED', 'patientId');
  else out.push(...patientIdFindings(set.patientId, environment, `${path}/patientId`));

  for (const attribute of ['sourceId', 'uniqueId'] as const) {
    if (set[attribute] === '') report('XDS-REQUIRED', attribute);
    else if (!isOid(set[attribute])) report('XDS-UNIQUE-ID', attribute);
  }

  for (const rule of valueRules(set.intendedRecipients, recipientRules)) report(rule, 'intendedRecipient');
  return out;
}

function folderFindings(folder: Folder, environment: InsEnvironment | undefined): Finding[] {
  const out: Finding[] = [];
  const path = `/${folder.id}`;
  const report: Report = (rule, attribute, found = null) =>
    out.push(finding(xdsRules, rule, { path: `${path}/${attribute}`, found }));

  if (folder.title === '') report('XDS-REQUIRED', 'title');
  if (folder.codes.length === 0) report('XDS-REQUIRED', 'codeList');
  if (folder.patientId === '') report('XDS-REQUIRED', 'patientId');
  else out.push(...patientIdFindings(folder.patientId, environment, `${path}/patientId`));

  if (folder.uniqueId === '') report('XDS-REQUIRED', 'uniqueId');
  else if (!isOid(folder.uniqueId)) report('XDS-UNIQUE-ID', 'uniqueId');

  const { lastUpdateTime } = folder;
  if (lastUpdateTime !== null && (lastUpdateTime.length !== 14 || !isDtm(lastUpdateTime))) {
    report('XDS-TIME', 'lastUpdateTime');
  }
  return out;
}
