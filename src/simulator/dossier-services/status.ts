import { descend, element, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { assertionRefusal } from '../soap/caller.ts';
import { writePerson, type Reply } from '../sri/answer.ts';
import { idIn, localIn } from '../sri/question.ts';
import { dossiersOf, dossiersWith } from '../state/patient-id.ts';
import type { DossierState } from '../state/state.ts';
import type { ServiceContext } from './model.ts';
import { names } from './names.ts';

/** Whether a dossier is there, and whether its patient lets the caller in. */
export function status(message: ReadElement, context: ServiceContext): Reply {
  const question = descend(message, 'controlActProcess', 'queryByParameter');
  const queryId = idIn(question, 'queryId');
  const dossier = askedFor(question, context);
  if (!dossier) return { name: names.statusAnswer, query: { queryId, code: 'NF', persons: [], question } };

  const { localIds, regionalId, ins, traits, state } = dossier;
  const ids = [regionalId, ...localIds, ...(ins ? [{ system: ins.oid, value: ins.value }] : [])];
  const style = { status: state === 'closed' ? 'terminated' : 'active', isCandidate: false };
  const person = writePerson(ids, { ids, traits }, context.state.regionalOid, style);
  return {
    name: names.statusAnswer,
    attention: [authorization(dossier, context)],
    query: { queryId, code: 'OK', persons: [person], question },
  };
}

/** The dossier of the question, which must be that of the assertion. */
function askedFor(question: ReadElement | undefined, { state, caller }: ServiceContext): DossierState | undefined {
  const asked = localIn(descend(question, 'parameterList', 'patientIdentifier', 'value'));
  if (!asked) return undefined;

  const [dossier] = dossiersWith(state, asked);
  if (dossier && !dossiersOf(state, caller.resourceId ?? '').includes(dossier)) {
    throw assertionRefusal('assertion-rejected');
  }
  return dossier;
}

function authorization({ blocked, members }: DossierState, { caller }: ServiceContext): Xml {
  const allowed = members.has(caller.nameId) ? names.authorized : names.notAuthorized;
  const code = blocked.has(caller.nameId) ? names.blocked : allowed;
  return element(
    'attentionLine',
    null,
    element('keyWordText', { code: names.authorization, codeSystem: names.authorizationSystem }),
    element('value', {
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:type': 'CV',
      code,
      codeSystem: names.authorizationSystem,
    }),
  );
}
