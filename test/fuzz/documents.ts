import {
  buildCda,
  buildLetter,
  buildVsm,
  createSubmission,
  packageXdm,
  writeMetadata,
  type BuiltDocument,
  type Submission,
} from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import type { Runtime } from '../../src/internal/runtime.ts';
import { demoLetterPdf } from '../../src/testing/index.ts';
import { patients, professional, structure } from './people.ts';

/** Same clock and ids at every run. */
export function runtime(): Runtime {
  let count = 0;
  return {
    clock: { now: () => Date.UTC(2026, 2, 2, 8, 15, 0) },
    ids: { uuid: () => `5f2c9a70-6f0e-4d0b-9d0e-${(count++).toString(16).padStart(12, '0')}` },
  };
}

/** Everything of one small document. */
export interface Whole {
  readonly document: BuiltDocument;
  readonly submission: Submission;
  readonly cda: Uint8Array;
  readonly metadata: Uint8Array;
  readonly archive: Uint8Array;
}

async function whole(document: BuiltDocument, ids: Runtime): Promise<Whole> {
  const submission = createSubmission([document], { sourceId: '2.999.1.10', runtime: ids });
  return {
    document,
    submission,
    cda: await collect(document.content.open()),
    metadata: writeMetadata(submission),
    archive: await collect((await packageXdm(submission)).content.open()),
  };
}

let made: Promise<readonly Whole[]> | undefined;

/** Two letters of two patients, a summary, and a level 1 that holds a PDF. */
export function documents(): Promise<readonly Whole[]> {
  made ??= (async () => {
    const ids = runtime();
    const out: Whole[] = [];
    const author = { professional, structure, functionCode: 'PCP' as const };
    for (const patient of patients) {
      const common = { patient, author, patientConsent: true };
      out.push(
        await whole(
          await buildCda(
            {
              ...common,
              type: '96349-6',
              text: 'Chère consœur',
              recipients: [{ professional, structure }],
              informants: [{ classCode: 'NOK', relation: 'MTH', name: { family: 'PROCHE', given: 'Zoé' } }],
              patientDetails: { address: { lines: ["1 rue de l'Essai", '75000 PARIS'] } },
            },
            { runtime: ids },
          ),
          ids,
        ),
      );
    }
    const [patient] = patients;
    if (!patient) throw new TypeError('no patient');
    const common = { patient, author, patientConsent: true };
    out.push(
      await whole(
        await buildVsm(
          {
            ...common,
            content: {
              problems: [
                { text: 'Hypertension', code: { code: 'I10', displayName: 'Hypertension' }, start: '2019-04' },
              ],
              allergies: 'none',
              vigilance: ['Risque de chute'],
            },
          },
          { runtime: ids },
        ),
        ids,
      ),
      await whole(await buildLetter({ ...common, pdf: demoLetterPdf() }, { runtime: ids }), ids),
    );
    return out;
  })();
  return made;
}
