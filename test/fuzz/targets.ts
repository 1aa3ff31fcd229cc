import type { Target } from './target.ts';
import { archiveTargets } from './targets/archive.ts';
import { cdaTargets } from './targets/cda.ts';
import { identityTargets } from './targets/identity.ts';
import { mailTargets } from './targets/mail.ts';
import { metadataTargets } from './targets/metadata.ts';
import { pdf } from './targets/pdf.ts';
import { trustTargets } from './targets/trust.ts';
import { xml } from './targets/xml.ts';

/** Every reader of what comes from outside. */
export const targets: readonly Target[] = [
  xml,
  ...cdaTargets,
  ...metadataTargets,
  ...archiveTargets,
  pdf,
  ...identityTargets,
  ...mailTargets,
  ...trustTargets,
];
