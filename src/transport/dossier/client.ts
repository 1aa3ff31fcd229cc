import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { childElement, readXml, textOf } from '../../internal/xml/index.ts';
import { asInput, requireSameTraits, stateAlone, withoutDossier } from '../binding/known-patient.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  CountRecord,
  CreatedDossier,
  DocumentPage,
  DocumentQuery,
  DossierCreation,
  DossierRecord,
  NotificationQuery,
  VisibilityChange,
} from '../binding/model.ts';
import { readOutcome } from '../soap/outcome.ts';
import { readAuthorization, requireNamed, writeAuthorization, type AuthorizationChange } from './authorization.ts';
import { countNewDocuments } from './count.ts';
import { creationAnswerAction, readCreation, writeCreation } from './creation.ts';
import { fetchDocument, searchDocuments } from './documents.ts';
import { Exchange } from './exchange.ts';
import { registryRefusal } from './refusal.ts';
import { insKey, registryId } from './key.ts';
import { setVisibility } from './visibility.ts';
import type { DossierServicesOptions } from './model.ts';
import { identifierIn, isNotOpened, notOpened, type FoundKey } from './region.ts';
import { readDossierStatus, statusAnswerAction, writeStatusQuestion } from './status.ts';

type Service = keyof DossierServicesOptions['services']['paths'];

/** The dossier services of one platform, over SOAP. Each method is one operation of the binding. */
export class DossierServices {
  readonly #options: DossierServicesOptions;

  constructor(options: DossierServicesOptions) {
    this.#options = options;
  }

  /** Whether these services have an address; the identities count only where they are used. */
  offers(...wanted: readonly Service[]): boolean {
    const { paths, patientKey } = this.#options.services;
    return [...wanted, ...(patientKey === 'regional-id' ? (['identities'] as const) : [])].every(
      (service) => paths[service] !== null,
    );
  }

  /** The patient by its key, then the dossier. */
  async status(patient: BoundPatient, call: BindingCall): Promise<Answered<DossierRecord>> {
    const { services } = this.#options;
    const exchange = new Exchange(this.#options, call);
    const { key, isByIns } = await this.#keyOf(patient, exchange);
    if (typeof key === 'string') return exchange.answered(stateAlone(key));

    const record = await this.#recordOf(key, exchange).catch((error: unknown) => {
      if (!isByIns || !isNotOpened(error)) throw error;
      return stateAlone('unknown');
    });
    const isOne = record.state !== 'absent' && record.state !== 'ambiguous';
    const asked = isOne && services.patientKey === 'regional-id' ? key : null;
    return exchange.answered({ ...record, regionalId: record.regionalId ?? asked });
  }

  /** Tells the identity server of the patient, asks for the dossier, joins its care circle. */
  async create(patient: BoundPatient, creation: DossierCreation, call: BindingCall): Promise<Answered<CreatedDossier>> {
    const { services, regionalOid, environment } = this.#options;
    this.#requireSayable(creation);
    const exchange = new Exchange(this.#options, call);

    await this.#feed(patient, exchange);
    const key = services.patientKey === 'regional-id' ? (await this.#inRegion(patient, exchange)).key : 'absent';
    if (key === 'ambiguous') {
      throw new TerrESanteError('TE_IDENTITY_AMBIGUOUS', "Plusieurs patients correspondent : rien n'a été créé.");
    }

    const sent = writeCreation(exchange.correspondents, patient, creation, { services, environment });
    const answer = await exchange.send(this.#path('dossier'), {
      action: services.actions.create,
      answerAction: creationAnswerAction,
      payload: sent.payload,
      writes: true,
    });
    const said = readOutcome(() => readCreation(answer, sent, { services, regionalOid }));

    if (creation.joinAs !== null) await this.#joinCreated(patient, creation.joinAs, exchange, call);
    const regionalId = said ?? (typeof key === 'string' ? null : key);
    return exchange.answered({ regionalId, dossierId: null, careTeamId: null });
  }

  /** Gives the professional of the assertion access to its patient, or takes it. */
  async authorize(patient: BoundPatient, change: AuthorizationChange, call: BindingCall): Promise<Answered<null>> {
    const exchange = new Exchange(this.#options, call);
    await this.#authorize(patient, change, exchange, call);
    return exchange.answered(null);
  }

  /** Without a cut-off nothing is asked: the registry knows no last connection. */
  async countForPatient(
    patient: BoundPatient,
    { since, countOwnDeposits }: NotificationQuery,
    call: BindingCall,
  ): Promise<Answered<CountRecord>> {
    const exchange = new Exchange(this.#options, call);
    if (since === null) return exchange.answered({ count: null, since: null, asOf: isoUtc(exchange.now) });

    const key = await this.#requireSame(patient, exchange);
    const question = {
      patientId: registryId(key, this.#options.services.patientKey),
      since,
      without: countOwnDeposits ? null : callerOf(call.assertion),
    };
    const registry = exchange.registry(this.#path('registry'));
    const count = await this.#told(() => countNewDocuments(registry, question, exchange.limits));
    return exchange.answered({ count, since, asOf: isoUtc(exchange.now) });
  }

  /** @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS` */
  async *search(
    patient: BoundPatient,
    query: DocumentQuery,
    call: BindingCall,
  ): AsyncGenerator<Answered<DocumentPage>, void, undefined> {
    const exchange = new Exchange(this.#options, call);
    const key = await this.#requireSame(patient, exchange);
    const registry = exchange.registry(this.#path('registry'));
    const patientId = registryId(key, this.#options.services.patientKey);
    const pages = searchDocuments(registry, { patientId, query }, exchange.limits);
    for (;;) {
      const { value, done } = await this.#told(() => pages.next());
      if (done === true) return;
      yield exchange.answered(value);
    }
  }

  /** The assertion says whose document it is: a repository knows identifiers of documents alone. */
  async fetch(
    patient: BoundPatient,
    uniqueId: string,
    maxBytes: number,
    call: BindingCall,
  ): Promise<Answered<Uint8Array>> {
    const exchange = new Exchange(this.#options, call);
    this.#path('repository');
    await this.#requireSame(patient, exchange);
    const registry = exchange.registry(this.#path('registry'), maxBytes);
    return exchange.answered(await this.#told(() => fetchDocument(registry, { uniqueId, maxBytes }, exchange.limits)));
  }

  /** The assertion says whose document it is; the entry is read first, for its version. */
  async setVisibility(patient: BoundPatient, change: VisibilityChange, call: BindingCall): Promise<Answered<null>> {
    const exchange = new Exchange(this.#options, call);
    this.#path('update');
    await this.#requireSame(patient, exchange);
    const registry = exchange.registry(this.#path('registry'));
    await this.#told(() => setVisibility(registry, change, this.#options.runtime, exchange.limits));
    return exchange.answered(null);
  }

  /** A refusal of the registry by a code of its platform says what that code means. */
  async #told<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw registryRefusal(error, this.#options.services.refusals);
    }
  }

  /** What the platform says of the dossier of one patient (TD0.2). */
  async #recordOf(key: LocalIdentifier, exchange: Exchange): Promise<DossierRecord> {
    const { services, regionalOid } = this.#options;
    const sent = writeStatusQuestion(exchange.correspondents, key, services);
    const answer = await exchange.send(this.#path('dossier'), {
      action: services.actions.status,
      answerAction: statusAnswerAction,
      payload: sent.payload,
      writes: false,
    });
    return readDossierStatus(answer, sent, key, { services, regionalOid });
  }

  /**
   * The key of a patient for what touches a dossier. A registry knows no traits: those that the
   * dossier service keeps are compared, where there is one.
   *
   * @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_IDENTITY_MISMATCH`
   */
  async #requireSame(patient: BoundPatient, exchange: Exchange): Promise<LocalIdentifier> {
    const { key, isByIns } = await this.#keyOf(patient, exchange);
    if (typeof key === 'string') throw withoutDossier(key);
    if (this.#options.services.paths.dossier === null) return key;

    const { identity } = await this.#recordOf(key, exchange).catch((error: unknown) => {
      throw isByIns && isNotOpened(error) ? notOpened(error) : error;
    });
    requireSameTraits(patient.traits, identity);
    return key;
  }

  async #keyOf(patient: BoundPatient, exchange: Exchange): Promise<FoundKey> {
    switch (this.#options.services.patientKey) {
      case 'local-id':
        return { key: patient.localId, isByIns: false };
      case 'ins':
        return { key: insKey(patient), isByIns: false };
      case 'regional-id':
        return this.#inRegion(patient, exchange);
    }
  }

  /** What the region knows of a patient. */
  async #inRegion(patient: BoundPatient, exchange: Exchange): Promise<FoundKey> {
    const { regionalOid } = this.#options;
    if (regionalOid === null) throw this.#unsupported('regionalOid');
    const identities = exchange.identities(this.#path('identities'));
    return identifierIn(regionalOid, patient, identities, exchange.limits);
  }

  /** A server that knows the patient already is no obstacle. */
  async #feed(patient: BoundPatient, exchange: Exchange): Promise<void> {
    const { identities } = this.#options.services.paths;
    if (identities === null) return;

    try {
      await exchange.identities(identities).feed({ event: 'add', patient: asInput(patient) }, exchange.limits);
    } catch (error) {
      if (!isTerrESanteError(error) || error.code !== 'TE_DUPLICATE') throw error;
    }
  }

  async #authorize(
    patient: BoundPatient,
    change: AuthorizationChange,
    exchange: Exchange,
    { assertion }: BindingCall,
  ): Promise<void> {
    const { services } = this.#options;
    requireNamed(assertion, patient);

    const answer = await exchange.send(this.#path('authorizations'), {
      action: services.actions.authorize,
      payload: writeAuthorization(change, services),
      writes: true,
    });
    readOutcome(() => readAuthorization(answer, services));
  }

  /** The dossier is there: a refusal to join says so, so that nobody creates it again. */
  async #joinCreated(patient: BoundPatient, role: string, exchange: Exchange, call: BindingCall): Promise<void> {
    try {
      await this.#authorize(patient, { change: 'add', role }, exchange, call);
    } catch (error) {
      if (!isTerrESanteError(error)) throw error;
      throw new TerrESanteError(error.code, `Le dossier est créé, mais pas rejoint. ${error.message}`, {
        cause: error,
        retryable: false,
        details: { ...error.details, created: true },
      });
    }
  }

  /** What the messages of this platform cannot say is refused before anything is sent. */
  #requireSayable({ sharing, joinAs }: DossierCreation): void {
    const { creation, paths } = this.#options.services;
    if (sharing === 'not-shared' && creation.sharing === null) throw this.#unsupported('sharing');
    if (joinAs !== null && paths.authorizations === null) throw this.#unsupported('joinAs');
  }

  #path(service: Service): string {
    const path = this.#options.services.paths[service];
    if (path === null) throw this.#unsupported(service);
    return path;
  }

  #unsupported(what: string): TerrESanteError {
    return new TerrESanteError('TE_UNSUPPORTED', "La plateforme n'offre pas ce service par SOAP.", {
      details: { service: what },
    });
  }
}

/** National identifier of the professional of an assertion. */
function callerOf(assertion: string): string {
  return textOf(childElement(childElement(readXml(assertion), 'Subject'), 'NameID')).trim();
}
