import { cdaActRules } from './acts.ts';
import { cdaBodyRules } from './body.ts';
import { cdaBuildingRules } from './building.ts';
import { cdaDataTypeRules } from './data-types.ts';
import { cdaDocumentRules } from './document.ts';
import { cdaPatientRules } from './patient.ts';
import { cdaPeopleRules } from './people.ts';
import { cdaSchemaRules } from './schema.ts';
import { vsmRules } from './summary.ts';

/** The rules of CDA documents and of the medical summary (VSM): `CDA-…` and `VSM-…`. */
export const cdaRules = {
  ...cdaSchemaRules,
  ...cdaDataTypeRules,
  ...cdaDocumentRules,
  ...cdaPatientRules,
  ...cdaPeopleRules,
  ...cdaActRules,
  ...cdaBodyRules,
  ...cdaBuildingRules,
  ...vsmRules,
};

/** Id of a rule of CDA documents. */
export type CdaRuleId = keyof typeof cdaRules;
