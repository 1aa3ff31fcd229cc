import type { IncomingMessage } from 'node:http';
import type { Runtime } from '../../internal/runtime.ts';
import { element, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import type { VerifyOptions } from '../assertion/model.ts';
import { callerOf } from '../soap/caller.ts';
import { writeAnswer } from '../soap/envelope.ts';
import { checkHeaders } from '../soap/headers.ts';
import { SoapRefusal } from '../soap/refusal.ts';
import { plainReply, type SoapReply } from '../soap/reply.ts';
import type { SoapRequest } from '../soap/request.ts';
import { payloadOf, respond } from '../soap/respond.ts';
import { writeReply, type Reply } from '../sri/answer.ts';
import { idIn } from '../sri/question.ts';
import type { IdentityRegistry } from '../sri/registry.ts';
import type { PlatformState } from '../state/state.ts';
import { authorize, writeStatus } from './authorization.ts';
import { create } from './creation.ts';
import { RefusedService, type ServiceContext } from './model.ts';
import { hl7, names } from './names.ts';
import { status } from './status.ts';

export interface DossierServicesOptions {
  readonly state: PlatformState;
  readonly identities: IdentityRegistry;
  readonly runtime: Runtime;
  readonly maxBytes: number;
  /** Without the time, which is the simulator's. */
  readonly assertion: Omit<VerifyOptions, 'now'>;
}

interface Operation {
  readonly path: string;
  readonly action: string;
  readonly answerAction: string;
  readonly payload: { readonly localName: string; readonly namespace: string };
  /** Answers a request; throws RefusedService or SoapRefusal. */
  readonly answer: (payload: ReadElement, context: ServiceContext) => Xml;
  /** The same with nothing but a refusal. */
  readonly refusal: (refused: RefusedService, payload: ReadElement, context: ServiceContext) => Xml;
}

const device = '2.999.1.2';

/** A message of HL7 v3. */
function message(reply: Reply, question: ReadElement, { runtime }: ServiceContext): Xml {
  return writeReply(reply, {
    id: runtime.ids.uuid(),
    now: runtime.clock.now(),
    messageId: idIn(question, 'id'),
    sender: device,
    receiver: idIn(question, 'sender', 'device', 'id')?.root ?? device,
  });
}

const wrapped = (body: Xml): Xml => element('w:PRPA_IN201311UV02_Response', { 'xmlns:w': names.creationSpace }, body);
const problemOf = ({ code, reason }: RefusedService): NonNullable<Reply['problem']> => ({ code, text: reason });

const operations: readonly Operation[] = [
  {
    path: '/dossier',
    action: `${hl7}:${names.statusQuestion}`,
    answerAction: `${hl7}:${names.statusAnswer}`,
    payload: { localName: names.statusQuestion, namespace: hl7 },
    answer: (payload, context) => message(status(payload, context), payload, context),
    refusal: (refused, payload, context) =>
      message({ name: names.statusAnswer, problem: problemOf(refused) }, payload, context),
  },
  {
    path: '/dossier',
    action: `${hl7}:${names.creation}`,
    answerAction: `${hl7}:${names.created}`,
    payload: { localName: names.creation, namespace: hl7 },
    answer: (payload, context) => wrapped(message(create(payload, context), payload, context)),
    refusal: (refused, payload, context) =>
      wrapped(message({ name: names.notCreated, problem: problemOf(refused) }, payload, context)),
  },
  {
    path: '/authorizations',
    action: 'urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization',
    answerAction: 'urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorizationResponse',
    payload: { localName: 'setAuthorization', namespace: names.authorizationSpace },
    answer: authorize,
    refusal: ({ code, reason }) => writeStatus(code, reason),
  },
];

/**
 * The dossier services of the simulator over SOAP 1.2, in the shape of those of the DMP: existence,
 * creation, access. The assertion of each request is verified, and names the patient.
 *
 * @see GIE SESAM-Vitale, DMP example messages of LPS v02.05.00, TD0.2, TD0.3
 */
export class DossierServiceSide {
  readonly #options: DossierServicesOptions;

  constructor(options: DossierServicesOptions) {
    this.#options = options;
  }

  /** The service under a path; `undefined` where there is none. */
  at(path: string): ((request: IncomingMessage) => Promise<SoapReply>) | undefined {
    const offered = operations.filter((operation) => operation.path === path);
    if (offered.length === 0) return undefined;
    return (incoming) => respond(incoming, this.#options.maxBytes, (request) => this.#answer(offered, request));
  }

  async #answer(offered: readonly Operation[], request: SoapRequest): Promise<SoapReply> {
    const { state, identities, runtime, assertion } = this.#options;
    const isOffered = (action: string): boolean => offered.some((operation) => operation.action === action);
    const { action, messageId } = checkHeaders(request.message, request.httpAction, isOffered);
    const operation = offered.find((candidate) => candidate.action === action);
    const caller = await callerOf(request, true, { ...assertion, now: state.now });
    if (!operation || !caller) throw new SoapRefusal('Sender', "La requête ne porte pas d'assertion.");

    const payload = payloadOf(operation.payload, request);
    const context = { state, identities, runtime, caller };
    return plainReply(200, writeAnswer(bodyOf(operation, payload, context), operation.answerAction, messageId));
  }
}

function bodyOf(operation: Operation, payload: ReadElement, context: ServiceContext): Xml {
  try {
    return operation.answer(payload, context);
  } catch (error) {
    if (!(error instanceof RefusedService)) throw error;
    return operation.refusal(error, payload, context);
  }
}
