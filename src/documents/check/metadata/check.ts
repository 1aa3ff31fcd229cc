import type { CheckReport, Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { checkReport, finding } from '../../../internal/finding.ts';
import { isOid } from '../../../internal/oid.ts';
import { readMetadata } from '../../metadata/read.ts';
import type { RegistryObjects, SubmissionSet } from '../../model/metadata.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { entryCodeFindings, setCodeFindings, type CodeCache, type CodeScope } from './codes.ts';
import { entryFindings } from './entry.ts';
import { authorFindings, patientIdFindings, type Report } from './people.ts';
import { isDtm } from './shapes.ts';
import { slotFindings } from './slots.ts';
import { structureFindings } from './structure.ts';

/** Options of the checks of metadata and archives. @group Checks */
export interface MetadataCheckOptions {
  /** Code tables of the CI-SIS or of the DMP. @defaultValue `'ci-sis'` */
  readonly scope?: CodeScope | undefined;
  /** In `production` a test INS is an error. */
  readonly environment?: InsEnvironment | undefined;
}

/**
 * Checks XDS metadata against the rules of IHE and of the CI-SIS: presence, shapes, codes, links,
 * one patient.
 *
 * @param input - A METADATA.XML, or what {@link readMetadata} gave.
 * @returns The findings, errors and warnings; none when nothing is wrong.
 * @throws TerrESanteError `TE_XML_INVALID`, `TE_DOCUMENT_INVALID` when there is nothing to check
 * @group Checks
 */
export async function checkMetadata(
  input: Uint8Array | string | RegistryObjects,
  options: MetadataCheckOptions = {},
): Promise<CheckReport> {
  const { scope = 'ci-sis', environment } = options;
  const isText = typeof input === 'string' || input instanceof Uint8Array;
  const objects = isText ? readMetadata(input) : input;

  const out = structureFindings(objects);
  if (isText) out.push(...slotFindings(input));

  for (const set of objects.submissionSets) {
    const path = `/${set.id}`;
    out.push(...setFindings(set, environment, path), ...(await setCodeFindings(set, scope, path)));
  }

  const cache: CodeCache = new Map();
  for (const entry of objects.documents) {
    const path = `/${entry.entryUuid}`;
    out.push(...entryFindings(entry, environment, path), ...(await entryCodeFindings(entry, scope, path, cache)));
  }
  return checkReport(out);
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
  return out;
}
