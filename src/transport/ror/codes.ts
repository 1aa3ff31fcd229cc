import type { RorCode } from './model.ts';

/*
 * Code systems of the national repository of the offer of care (ROR), and the codes by which kinds
 * of support structures are found in it.
 */

/** Kind of offer: its `category`. A code of it means something else among kinds of sites. */
const offerSystem = 'https://mos.esante.gouv.fr/NOS/TRE_R244-CategorieOrganisation/FHIR/TRE-R244-CategorieOrganisation';

/** Category of a site: `Organization.type`. */
export const siteSystem =
  'https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement';

/** Communes by their INSEE code. */
export const communeSystem = 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM';

/** National identifier of a structure: its kind of number, then the number. */
export const structureIdSystem = 'urn:oid:1.2.250.1.71.4.2.2';

/** How a kind is described: by its offer, by its site, or by both. */
export interface KindCodes {
  readonly offer: RorCode | null;
  readonly site: RorCode;
}

const site = (code: string): RorCode => ({ system: siteSystem, code });

/**
 * Whether a region describes its DAC by the offer, by the site or by both is not published: both
 * are asked for, the offer first.
 *
 * @see ANS, JDV_J238-TypeOffre-ROR (30/07/2026) and JDV_J55-CategorieEG-ROR (05/05/2026)
 */
export const kinds = {
  DAC: { offer: { system: offerSystem, code: '178' }, site: site('606') },
  CPTS: { offer: null, site: site('604') },
  'maison-de-sante': { offer: null, site: site('603') },
} as const satisfies Readonly<Record<string, KindCodes>>;
