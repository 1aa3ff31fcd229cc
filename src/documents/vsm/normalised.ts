import { TerrESanteError } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { cdaBuildingRules } from '../rules/cda/building.ts';
import { sectionTitles, type VsmContent, type VsmList, type VsmSection } from './content.ts';
import { reading } from '../../internal/border.ts';

/** The entries of a section: none when the absence is said, or nothing. */
export const itemsOf = <T>(list: VsmList<T> | undefined): readonly T[] =>
  list === undefined || list === 'none' ? [] : list;

/**
 * The sections whose data are not normalised: an entry there has no code of the system its model
 * wants.
 *
 * @example
 * ```ts
 * import { findUncodedSections } from 'terr-esante-sdk/documents';
 *
 * findUncodedSections({ problems: [{ text: 'Hypertension' }] }); // ['problems']
 * ```
 *
 * @group VSM
 */
export function findUncodedSections(content: VsmContent): readonly VsmSection[] {
  return reading('content', () => uncodedSections(content));
}

function uncodedSections(content: VsmContent): readonly VsmSection[] {
  const lacking: Partial<Record<VsmSection, boolean>> = {
    problems: itemsOf(content.problems).some(({ code }) => !code),
    medicalHistory: itemsOf(content.medicalHistory).some(({ code }) => !code),
    surgicalHistory: itemsOf(content.surgicalHistory).some(({ code }) => !code),
    allergies: itemsOf(content.allergies).some(({ kind, agent }) => !kind || (agent !== undefined && !agent.code)),
    habits: itemsOf(content.habits).some(({ code, value }) => !code || !value),
    familyHistory: itemsOf(content.familyHistory).some(({ code }) => !code),
    treatments: itemsOf(content.treatments).some(({ product }) => !product),
  };

  return (Object.keys(lacking) as VsmSection[]).filter((section) => lacking[section]);
}

/** @throws TerrESanteError `TE_NOT_NORMALISED` with one finding for each section */
export function requireNormalised(content: VsmContent): void {
  const sections = findUncodedSections(content);
  if (sections.length === 0) return;

  const findings = sections.map((section) =>
    finding(cdaBuildingRules, 'VSM-NOT-NORMALISED', {
      path: `/content/${section}`,
      values: { section, title: sectionTitles[section].title },
    }),
  );

  throw new TerrESanteError(
    'TE_NOT_NORMALISED',
    `La synthèse structurée n'est pas possible, des données ne sont pas codées : ${sections
      .map((section) => sectionTitles[section].title.toLowerCase())
      .join(', ')}. Déposez la synthèse non structurée (PDF), ou codez ces données.`,
    { findings, details: { sections } },
  );
}
