import type { PatientInput } from '../../identity/index.ts';
import { optionsOf, recordOf, refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import { callChecks, flag, listOf, text } from '../../internal/option-checks.ts';
import type { MeasurePage, MeasurePages, MeasuresBinding } from '../../transport/index.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { MeasureList, MeasureListOptions, MeasureOperations } from './model.ts';

const instant: Check<string> = (name, value) => isoUtc(parseInstant(text(name, value)).epochMs);

/** A number of LOINC and its check digit. */
const loincCode: Check<string> = (name, value) => {
  const given = text(name, value);
  return /^\d{1,7}-\d$/.test(given) ? given : refuseArgument(name, 'code LOINC attendu');
};

const listChecks: Checks<MeasureListOptions> = {
  ...callChecks,
  codes: listOf(loincCode),
  from: instant,
  until: instant,
  includeErrors: flag,
};

/** The measures of a client. */
export function createMeasureOperations(context: PlatformContext): MeasureOperations {
  return { list: (patient, options) => list(context, patient, options) };
}

/** Each page is a call of its own: its gates, its time limit, its line in the journal. */
async function* list(
  context: PlatformContext,
  patient: PatientInput,
  given: MeasureListOptions | undefined,
): AsyncGenerator<MeasureList, void, undefined> {
  context.requireReady();
  const {
    codes = [],
    from = null,
    until = null,
    includeErrors = false,
    ...options
  } = optionsOf('options', given, listChecks);
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  const query = { codes, from, until, includeErrors };
  let pages: MeasurePages | undefined;

  for (let isLast = false; !isLast;) {
    const { value, meta } = await context.call<MeasurePage>({
      operation: 'measures',
      patient: bound,
      purpose: 'normal',
      access: { action: 'measures.list' },
      options,
      send: ({ measures }) =>
        measures?.list &&
        (async (call) => (pages ??= (measures as Pick<MeasuresBinding, 'list'>).list(bound, query)).next(call)),
    });
    ({ isLast } = value);
    yield { ...value, meta };
  }
}
