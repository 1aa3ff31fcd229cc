import { TerrESanteError } from '../../errors.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import {
  attributeOf,
  childElement,
  descend,
  descendants,
  element,
  readXml,
  text,
  textOf,
  type Xml,
} from '../../internal/xml/index.ts';
import type { BoundPatient } from '../binding/model.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { payloadOf } from '../soap/call.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { serviceRefusal } from './refusal.ts';
import type { SoapServices } from './services.ts';

/** What a professional changes of the own access. */
export interface AuthorizationChange {
  readonly change: 'add' | 'remove';
  /** Role in the care circle (TRE_R259), or `null`. */
  readonly role: string | null;
}

/**
 * The body of a change. It names neither patient nor professional: both are those of the assertion.
 *
 * @see GIE SESAM-Vitale, DMP example messages of LPS v02.05.00, TD0.3
 */
export function writeAuthorization({ change, role }: AuthorizationChange, { authorization }: SoapServices): Xml {
  const { namespace, treatingPhysician, treatingRoles } = authorization;
  const isTreating = role !== null && treatingRoles.includes(role);
  return element(
    'setAuthorization',
    { xmlns: namespace },
    element('action', null, text(authorization[change])),
    isTreating ? element('role', null, text(treatingPhysician)) : null,
  );
}

/**
 * Reads the answer: done, or done before. Its words are for the far side's people and stay out.
 *
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export function readAuthorization(answer: SoapAnswer, { authorization, refusals }: SoapServices): void {
  const { namespace, success } = authorization;
  const payload = payloadOf(answer, [{ localName: 'setAuthorizationResponse', namespace }]);
  // Whether the parts are in the namespace of the service is not published.
  const status = textOf(descend(payload, 'output', 'status')).trim();
  if (status === '') throw protocolFailure('status', "La réponse ne dit pas si l'autorisation est prise en compte.");
  if (status.toLowerCase() === success.toLowerCase()) return;

  const line = { code: status, severity: 'Error', severityName: null, context: null, location: null } as const;
  throw serviceRefusal([line], refusals, { unknownAs: 'TE_FORBIDDEN', writes: true });
}

const resource = 'urn:oasis:names:tc:xacml:2.0:resource:resource-id';

/**
 * Whether the assertion names this patient: where the body names none, another assertion would
 * open the dossier of somebody else.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH`
 */
export function requireNamed(assertion: string, { localId, ins }: BoundPatient): void {
  const named = [...descendants(readXml(assertion))]
    .filter((node) => node.localName === 'Attribute' && attributeOf(node, 'Name') === resource)
    .map((node) => cxIdentity(textOf(childElement(node, 'AttributeValue')).trim()));

  const [found, ...others] = named;
  const isLocal = found?.id === localId.value && found.oid === localId.system;
  const isIns = ins !== null && found?.id === ins.value && found.oid === ins.oid;
  if ((isLocal || isIns) && others.length === 0) return;

  throw new TerrESanteError(
    'TE_IDENTITY_MISMATCH',
    "L'assertion nomme un autre patient que celui de la demande : rien n'a été envoyé.",
  );
}
