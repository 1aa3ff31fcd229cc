import { isTerrESanteError, TerrESanteError } from '../../../errors.ts';
import { checkCompleteness, type PatientInput } from '../../../identity/index.ts';
import { dossierStates, type TerrESanteClient } from '../../../index.ts';
import { demoLetterPdf, fictiveProfessional, type TestHierarchy } from '../../../testing/index.ts';
import { demand, type Steps } from '../steps.ts';
import { openStage, type JourneyStage } from './stage.ts';
import { wireNames, type JourneyWire } from './wires.ts';

/** What a journey is told with. */
export interface JourneyOptions {
  readonly wire: JourneyWire;
  readonly patient: PatientInput;
  readonly hierarchy: TestHierarchy;
  readonly steps: Steps;
  readonly say: (text: string) => void;
}

/** One journey in `summary.json`: what each step saw. */
export interface JourneyTold {
  readonly wire: JourneyWire;
  readonly seen: Readonly<Record<string, unknown>>;
}

/**
 * The journey of a practice as the guide of éO tells it, from a patient whose identity is
 * incomplete to one who takes the access back, over one wire. Documents leave by mail.
 */
export async function tellJourney(options: JourneyOptions): Promise<JourneyTold> {
  const { wire, patient, hierarchy, say } = options;
  say(`\nLe parcours d'un cabinet, par ${wireNames[wire]}\n`);

  const stage = await openStage(wire, patient, hierarchy);
  try {
    const journey = new Journey(stage, options);
    await journey.identity();
    await journey.creation();
    await journey.hospital();
    await journey.portal();
    await journey.letters();
    await journey.admission();
    await journey.withdrawal();
    return { wire, seen: journey.seen };
  } finally {
    await stage.close();
  }
}

const facility = { finess: '990000028', name: "Hôpital d'essai" };

/** One journey: each method is a scene, each step keeps what it saw. */
class Journey {
  readonly seen: Record<string, unknown> = {};
  readonly #stage: JourneyStage;
  readonly #options: JourneyOptions;
  readonly #patient: PatientInput;

  constructor(stage: JourneyStage, options: JourneyOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#patient = options.patient;
  }

  /** What is missing is named here, and nothing is asked of the platform. */
  async identity(): Promise<void> {
    const { birthDate: _birthDate, ...traits } = this.#patient.traits;
    const early = { ...this.#patient, traits } as PatientInput;
    const { missing } = checkCompleteness(early);

    await this.#step(
      'incomplete',
      "Identité incomplète : rien n'est demandé à la plateforme",
      async () => {
        const { value, requests } = await this.#stage.counted(() => this.#te.dossier.status(early));
        demand(value.state === 'incomplete' && requests === 0, "L'identité incomplète n'a pas été arrêtée.");
        return { state: value.state, missing: missing.map(({ trait }) => trait), requests };
      },
      () => `il manque : ${missing.map(({ label }) => label.toLowerCase()).join(', ')}`,
    );
  }

  /** Completed: there is no dossier yet. It is made with the patient's consent, and only so. */
  async creation(): Promise<void> {
    const { dossier } = this.#te;
    const patient = this.#patient;
    await this.#step('absent', 'Identité complétée', async () => {
      const { state } = await dossier.status(patient);
      demand(state === 'absent', 'Le dossier existe déjà.');
      return dossierStates[state].label;
    });
    await this.#step('consent', "Sans consentement, rien n'est créé", () =>
      this.#refused('TE_CONSENT_REQUIRED', () => dossier.create(patient, {} as never)),
    );

    const consent = this.#te.consent.record(patient, {
      kinds: ['dossier-creation', 'join-circle'],
      givenBy: 'patient',
      mode: 'oral',
      collectedAt: new Date().toISOString(),
    });
    await this.#step('created', 'Créé avec le consentement du patient', async () => {
      await dossier.create(patient, { consent, joinAs: 'PCP' });
      const { state } = await dossier.status(patient, { refresh: true });
      demand(state === 'exists', "Le dossier n'existe pas après sa création.");
      return dossierStates[state].label;
    });
    await this.#offered('circle', 'Cercle de soins', async (te) => {
      const { members } = await te.careCircle.get(patient);
      return members.map(({ role }) => role).join(', ');
    });
    await this.#offered('consents', 'Consentement relu', async (te) => {
      const { consents } = await te.consent.get(patient);
      return consents.map(({ status }) => status).join(', ') || 'aucun';
    });
  }

  /** Two documents of somebody else count, for the patient and for the practitioner. */
  async hospital(): Promise<void> {
    const at = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, '');
    // Where the platform keeps the last connection it counts, else what this software remembers.
    this.#stage.simulator.connect(fictiveProfessional().nationalId);
    await this.#te.notifications.markSeen({ at });
    await this.#te.notifications.markSeen({ patient: this.#patient, at });
    await this.#counts('count.before', 'Nouveaux documents du patient', 0);

    await this.#stage.hospitalDeposits(this.#patient, ['Compte rendu', 'Ordonnance de sortie']);
    await this.#counts('count.after', "L'hôpital dépose deux documents : nouveaux pour le patient", 2);
    await this.#offered('count.practitioner', 'Nouveaux pour le professionnel', async (te) => {
      const since = te === this.#te ? {} : { since: at };
      const { count } = await te.notifications.countForPractitioner(since);
      demand(count === 2, "Le compteur du professionnel n'a pas suivi.");
      return count;
    });
  }

  /** The portal is opened on the dossier: the counts start again. */
  async portal(): Promise<void> {
    const launch = await this.#te.portal.launch({ page: 'documents', patient: this.#patient }, { window: 'embedded' });
    await launch.handedOver();
    this.#stage.simulator.connect(fictiveProfessional().nationalId);
    await this.#counts('count.portal', 'Portail ouvert sur le dossier : nouveaux', 0);
  }

  /** One letter is seen in the dossier, another is refused with its reason. */
  async letters(): Promise<void> {
    const te = this.#te;
    const letter = { pdf: demoLetterPdf(), patientConsent: true } as const;

    await this.#step(
      'letter',
      'Courrier déposé par messagerie, vu dans le dossier',
      async () => {
        const { uniqueId } = await te.documents.depositLetter(this.#patient, letter);
        await te.outbox.wait(uniqueId);
        await this.#stage.simulator.settled();
        const { documents: listed } = await te.documents.list(this.#patient);
        demand(
          listed.some((document) => document.uniqueId === uniqueId),
          "Le courrier n'est pas dans la liste.",
        );
        return listed.length;
      },
      (count) => `${count} documents`,
    );

    this.#stage.simulator.inject({ kind: 'reject-deposit', code: '904' });
    let reason = '';
    await this.#step(
      'rejected',
      'Courrier refusé par la plateforme',
      async () => {
        const { uniqueId } = await te.documents.depositLetter(this.#patient, letter);
        const { state, rejection } = await te.outbox.wait(uniqueId);
        demand(state === 'rejected' && rejection !== null, "Le refus n'est pas arrivé.");
        reason = rejection.text;
        return rejection.code;
      },
      (code) => `${code ?? '?'}, ${reason}`,
    );
  }

  /** The hospital admits the patient: who asked to be told is told. */
  async admission(): Promise<void> {
    await this.#offered('alert', "Alerte d'hospitalisation", async (te) => {
      const subscription = await te.alerts.subscribe(this.#patient, { type: 'admission', facility });
      const { localId } = this.#patient;
      demand(localId !== undefined, "Le patient n'a pas d'identifiant local.");
      this.#stage.simulator.announce(localId, { type: 'admission', facility, text: 'Admis aux urgences' });
      const { alerts } = await te.alerts.list([subscription]);
      return alerts.map(({ type }) => type).join(', ');
    });
  }

  /** The patient takes the access back: at once, and alike over each wire. */
  async withdrawal(): Promise<void> {
    const { localId } = this.#patient;
    demand(localId !== undefined, "Le patient n'a pas d'identifiant local.");
    this.#stage.simulator.block(localId, fictiveProfessional().nationalId);
    await this.#step('withdrawn', "Le patient retire l'accès", () =>
      this.#refused('TE_BLOCKED_BY_PATIENT', () => this.#te.documents.list(this.#patient)),
    );
  }

  get #te(): TerrESanteClient {
    return this.#stage.te;
  }

  #counts(id: string, label: string, expected: number): Promise<unknown> {
    return this.#step(id, label, async () => {
      const { count } = await this.#te.notifications.countForPatient(this.#patient);
      demand(count === expected, "Le compteur du patient n'a pas suivi.");
      return count;
    });
  }

  /**
   * What SOAP does not carry is refused before anything is sent; the same goes over FHIR then. Over
   * the other wires it is done.
   */
  async #offered<T>(id: string, label: string, ask: (te: TerrESanteClient) => Promise<T>): Promise<void> {
    if (this.#options.wire !== 'soap') {
      await this.#step(id, label, () => ask(this.#te));
      return;
    }

    await this.#step(
      id,
      `${label} : pas de service SOAP`,
      async () => {
        const { value, requests } = await this.#stage.counted(() =>
          this.#refused('TE_UNSUPPORTED', () => ask(this.#te)),
        );
        demand(requests === 0, "Une requête est partie pour une fonction qui n'est pas offerte.");
        return { code: value, requests };
      },
      ({ code }) => `${code}, rien n'est envoyé`,
    );
    await this.#step(`${id}.fhir`, `${label}, par FHIR`, () => ask(this.#stage.beside));
  }

  async #refused(code: string, ask: () => Promise<unknown>): Promise<string> {
    try {
      await ask();
    } catch (error) {
      if (isTerrESanteError(error) && error.code === code) return code;
      throw error;
    }
    throw new TerrESanteError('TE_INTERNAL', `Ce qui devait être refusé (${code}) ne l'a pas été.`);
  }

  #step<T>(id: string, label: string, work: () => Promise<T>, detail = (value: T) => String(value)): Promise<T> {
    const keep = async (): Promise<T> => {
      const value = await work();
      this.seen[id] = value;
      return value;
    };
    return this.#options.steps.run(`${this.#options.wire}.${id}`, label, keep, detail);
  }
}
