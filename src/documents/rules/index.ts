import { cdaRules } from './cda/index.ts';
import { pdfRules } from './pdf.ts';
import { preflightRules } from './preflight.ts';
import { submissionRules } from './submission.ts';
import { xdmRules } from './xdm.ts';
import { xdsRules } from './xds/index.ts';

/**
 * Every rule of documents, by id: CDA and VSM, PDF, XDS metadata, XDM archives, submissions, and
 * the checks before sending. The lists of rules and the page of refusals come from it.
 */
export const documentRules = {
  ...cdaRules,
  ...pdfRules,
  ...xdsRules,
  ...xdmRules,
  ...submissionRules,
  ...preflightRules,
};
