import type { RuleCatalogue } from '../../../internal/finding.ts';
import { identityMessageRules } from './identity.ts';
import { registryMessageRules } from './registry.ts';
import { soapRules } from './soap.ts';

/** Rules of the messages of SOAP, XDS, PIX and PDQ, beside those of the metadata they carry. */
export const messageRules = {
  ...soapRules,
  ...registryMessageRules,
  ...identityMessageRules,
} as const satisfies RuleCatalogue;
