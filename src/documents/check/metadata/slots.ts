import { attributeOf, childElements, type ReadElement } from '../../../internal/xml/index.ts';
import { isOid } from '../../../internal/oid.ts';
import { shownName, slotValues, type Place } from './place.ts';
import { maxSlotLength } from './shapes.ts';

/** Slots that hold one value (IHE ITI TF-3, tables 4.2.3.2-1 to 4.2.3.4-1, section 4.2.2). */
const single: ReadonlySet<string> = new Set([
  // DocumentEntry.
  'creationTime',
  'serviceStartTime',
  'serviceStopTime',
  'languageCode',
  'legalAuthenticator',
  'sourcePatientId',
  'hash',
  'size',
  'repositoryUniqueId',
  'documentAvailability',
  // SubmissionSet, Folder.
  'submissionTime',
  'lastUpdateTime',
  'homeCommunityId',
  // Association; several SubmissionSetStatus are another rule's matter.
  'PreviousVersion',
  'OriginalStatus',
  'NewStatus',
  'AssociationPropagation',
  // Author.
  'authorPerson',
]);

/** Slots once per owner, the number and the length of their values, and what each of them is. */
export function slotFindings(owner: ReadElement, report: Place): void {
  const seen = new Set<string>();

  for (const slot of childElements(owner, 'Slot')) {
    const name = attributeOf(slot, 'name') ?? '';
    const shown = shownName(name);
    if (seen.has(name)) report('XDS-SLOT', shown);
    seen.add(name);

    const values = slotValues(slot);
    if (single.has(name) && values.length > 1) report('XDS-SLOT-VALUES', shown, String(values.length));

    const longest = values.reduce((length, value) => Math.max(length, value.length), 0);
    if (longest > maxSlotLength) report('XDS-LENGTH', shown, String(longest));
    if (values.some((value) => value !== value.trim())) report('XDS-BLANK', shown);
    if (name === 'URI') uriFindings(values, report);
    if (name === 'homeCommunityId' && !values.every(isHome)) report('XDS-HOME', shown);
  }
}

/** A long URI may be cut into numbered values. */
function uriFindings(values: readonly string[], report: Place): void {
  if (values.length === 0) report('XDS-URI-FORM', 'URI');
  if (values.length < 2) return;

  const numbered = values.every((value) => /^[1-9]\d{0,3}\|/.test(value));
  report(numbered ? 'XDS-URI-PARTS' : 'XDS-SLOT-VALUES', 'URI', String(values.length));
}

export function isHome(value: string): boolean {
  return value.startsWith('urn:oid:') && isOid(value.slice('urn:oid:'.length));
}
