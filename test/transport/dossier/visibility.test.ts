import { describe, expect, it } from 'vitest';

import { createSubmission, type Coded } from '../../../src/documents/index.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { setVisibility } from '../../../src/transport/dossier/visibility.ts';
import type { MetadataUpdate, XdsClient } from '../../../src/transport/index.ts';
import { letter, sourceId } from '../../client/world.ts';

const { documents, submissionSet } = createSubmission([await letter()], { sourceId });
const level: Coded = { code: 'N', codeSystem: '2.16.840.1.113883.5.25', displayName: 'Normal' };
const mask = (code: string): Coded => ({ code, codeSystem: '1.2.250.1.213.1.1.4.13', displayName: code });
const visibility = { hiddenFromProfessionals: true, hiddenFromPatient: false, hiddenFromLegalRepresentatives: false };
const by = { author: submissionSet.authors[0]!, sourceId, contentType: submissionSet.contentTypeCode };

async function updatesFor(...confidentialityCodes: readonly Coded[]): Promise<readonly MetadataUpdate[]> {
  const sent: MetadataUpdate[] = [];
  const entry = { ...documents[0]!.entry, confidentialityCodes };
  const xds = {
    currentEntry: async () => entry,
    updateMetadata: async (update: MetadataUpdate) => void sent.push(update),
  } as unknown as XdsClient;
  await setVisibility(xds, { uniqueId: entry.uniqueId, visibility, by }, systemRuntime, {});
  return sent;
}

describe('the visibility of a document over SOAP', () => {
  it('is changed from the entry in force, in the name of who asks', async () => {
    await expect(updatesFor(level)).resolves.toMatchObject([
      { visibility, by, entry: { confidentialityCodes: [level] } },
    ]);
    await expect(updatesFor(level, mask('MASQUE_PS'), mask('INVISIBLE_PATIENT'))).resolves.toHaveLength(1);
  });

  it('is left alone when it is as asked', async () => {
    await expect(updatesFor(level, mask('MASQUE_PS'))).resolves.toEqual([]);
  });

  it('is not read from a code of another table', async () => {
    await expect(updatesFor(level, { ...level, code: 'MASQUE_PS' })).resolves.toHaveLength(1);
  });
});
