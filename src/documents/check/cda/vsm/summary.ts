import { oids } from '../../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from '../context.ts';
import { get, withAttribute } from '../tools.ts';
import { checkEntries } from './entries.ts';
import { checkSections } from './sections.ts';
import { checkValueSets, loadValueSets } from './value-sets.ts';

/** Checks the rules of the structured medical summary: header, sections, entries. */
export async function checkVsm(root: Place, context: CheckContext): Promise<void> {
  checkHeader(root, context);

  const body = place(root, 'component', 'structuredBody');
  if (!body) return;
  checkSections(body, context);
  checkEntries(body, context);
  checkValueSets(body, context, await loadValueSets());
}

function checkHeader(root: Place, context: CheckContext): void {
  const code = place(root, 'code');
  if (get(code, 'code') !== 'SYNTH' || get(code, 'codeSystem') !== '1.2.250.1.213.1.1.4.12') {
    context.add('VSM-CODE', `${root.path}/code`, get(code, 'code') ?? null);
  }

  const act = place(root, 'documentationOf', 'serviceEvent', 'code');
  const exact =
    get(act, 'code') === '34117-2' &&
    get(act, 'codeSystem') === oids.loinc &&
    get(act, 'codeSystemName') === 'LOINC' &&
    get(act, 'displayName') === 'Historique et clinique';
  if (!exact) context.add('VSM-ACT', `${root.path}/documentationOf[1]/serviceEvent/code`, get(act, 'code') ?? null);

  // The treating doctor is the participant whose function is PCP.
  const doctors = places(root, 'participant').filter(
    (participant) =>
      get(participant, 'typeCode') === 'INF' && withAttribute(participant, 'functionCode', 'code', 'PCP').length > 0,
  );
  if (doctors.length !== 1) context.add('VSM-TREATING-DOCTOR', `${root.path}/participant`, String(doctors.length));
}
