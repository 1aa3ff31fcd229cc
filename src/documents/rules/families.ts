import type { RuleCatalogue } from '../../internal/finding.ts';
import { cdaActRules } from './cda/acts.ts';
import { cdaBodyRules } from './cda/body.ts';
import { cdaBuildingRules } from './cda/building.ts';
import { cdaDataTypeRules } from './cda/data-types.ts';
import { cdaDocumentRules } from './cda/document.ts';
import { cdaPatientRules } from './cda/patient.ts';
import { cdaPeopleRules } from './cda/people.ts';
import { cdaSchemaRules } from './cda/schema.ts';
import { vsmRules } from './cda/summary.ts';
import { pdfRules } from './pdf.ts';
import { preflightRules } from './preflight.ts';
import { submissionRules } from './submission.ts';
import { xdmRules } from './xdm.ts';
import { xdsRules } from './xds/index.ts';

/** Rules that are explained under one French title of the page of refusals. */
export interface RuleFamily {
  readonly title: string;
  readonly rules: RuleCatalogue;
}

/** The rules of documents in the order of the page of refusals. */
export const documentRuleFamilies: readonly RuleFamily[] = [
  { title: 'Structure du document CDA', rules: cdaSchemaRules },
  { title: 'Types de données', rules: cdaDataTypeRules },
  { title: 'En-tête : identité du document', rules: cdaDocumentRules },
  { title: 'Patient et INS', rules: cdaPatientRules },
  { title: 'Personnes et structures', rules: cdaPeopleRules },
  { title: 'Acte et prise en charge', rules: cdaActRules },
  { title: 'Contenu', rules: cdaBodyRules },
  { title: 'Synthèse médicale (VSM)', rules: vsmRules },
  { title: 'Construction du document', rules: cdaBuildingRules },
  { title: 'PDF', rules: pdfRules },
  { title: 'Métadonnées XDS', rules: xdsRules },
  { title: 'Archive XDM', rules: xdmRules },
  { title: 'Lot de dépôt', rules: submissionRules },
  { title: 'Contrôle avant envoi', rules: preflightRules },
];
