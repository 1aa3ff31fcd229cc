import { xdsDeriveRules } from './derive.ts';
import { xdsEntryRules } from './entry.ts';
import { xdsObjectRules } from './objects.ts';
import { xdsPatientRules } from './patient.ts';
import { xdsRegistryRules } from './registry.ts';
import { xdsValueRules } from './values.ts';

/** The rules of XDS metadata (IHE ITI TF-3 and the French volets): `XDS-…`. */
export const xdsRules = {
  ...xdsRegistryRules,
  ...xdsObjectRules,
  ...xdsPatientRules,
  ...xdsEntryRules,
  ...xdsValueRules,
  ...xdsDeriveRules,
};

/** Id of a rule of XDS metadata. */
export type XdsRuleId = keyof typeof xdsRules;
