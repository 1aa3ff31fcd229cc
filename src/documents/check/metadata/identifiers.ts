import { attributeOf, childElement, type ReadElement } from '../../../internal/xml/index.ts';
import { identifier } from '../../metadata/constants.ts';
import { foreignFindings } from './classifications.ts';
import type { Place } from './place.ts';

/** The fixed names of external identifiers, by scheme. */
const names: ReadonlyMap<string, string> = new Map(
  [identifier.document, identifier.submissionSet, identifier.folder].flatMap((identifiers) =>
    Object.values<{ readonly scheme: string; readonly name: string }>(identifiers).map(
      ({ scheme, name }): [string, string] => [scheme, name],
    ),
  ),
);

/** What the external identifiers of one object break. */
export function identifierFindings(node: ReadElement, identifiers: readonly ReadElement[], report: Place): void {
  foreignFindings(node, 'ExternalIdentifier', 'registryObject', report);

  const seen = new Set<string>();
  for (const element of identifiers) {
    const written = attributeOf(element, 'identificationScheme') ?? '';
    const uuid = written.toLowerCase();
    const name = names.get(uuid);
    if (name === undefined) continue;

    const attribute = name.slice(name.indexOf('.') + 1);
    if (written !== uuid) report('XDS-SCHEME-CASE', attribute);
    if (seen.has(uuid)) report('XDS-IDENTIFIER-TWICE', attribute);
    seen.add(uuid);

    const value = attributeOf(element, 'value') ?? '';
    if (value !== value.trim()) report('XDS-BLANK', attribute);

    const label = attributeOf(childElement(childElement(element, 'Name'), 'LocalizedString'), 'value');
    if (label !== name) report('XDS-IDENTIFIER-NAME', attribute);
  }
}
