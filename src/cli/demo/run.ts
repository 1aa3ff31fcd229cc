import { createPkcs12Provider } from '../../auth/index.ts';
import type { CodeSet } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { checkCompleteness, type PatientInput } from '../../identity/index.ts';
import { createClient, type TerrESanteClient } from '../../index.ts';
import { createSimulator, fictiveConfig, type Simulator } from '../../simulator/index.ts';
import { demoLetterPdf, fictiveProfessional } from '../../testing/index.ts';
import type { ComposedMail } from '../../transport/index.ts';
import { mailChannel, signVihf } from './means.ts';
import { comparePdf, depositDocument, type DemoStage, type DepositSummary } from './deposit.ts';
import { demoDocuments } from './documents.ts';
import { tellJourney, type JourneyTold } from './journey/tell.ts';
import type { JourneyWire } from './journey/wires.ts';
import type { Output } from './output.ts';
import { demand, Steps, type StepResult } from './steps.ts';

/**
 * A document of the descriptor's size and its PDF copy, both encoded for the mail, pass: the story
 * is not about limits.
 */
const maxMessageBytes = 40 * 1024 * 1024;

export interface DemoOptions {
  readonly patient: PatientInput;
  readonly pdf: Uint8Array | null;
  readonly codeSet: CodeSet | undefined;
  /** Over which the journey of a practice is told, after the main story. */
  readonly wires: readonly JourneyWire[];
  readonly output: Output;
  readonly say: (text: string) => void;
}

/** `summary.json` */
export interface DemoSummary {
  readonly steps: readonly StepResult[];
  readonly dossier: string;
  readonly counts: { readonly patient: number | null; readonly practitioner: number | null };
  readonly deposits: readonly DepositSummary[];
  readonly journeys: readonly JourneyTold[];
}

function checkPatient(patient: PatientInput): void {
  const report = checkCompleteness(patient, { requireLocalId: true });
  if (report.ok) return;

  const missing = report.missing.map(({ label }) => label);
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  throw new TerrESanteError(
    'TE_IDENTITY_INCOMPLETE',
    missing.length > 0
      ? `Traits obligatoires absents : ${missing.join(', ')}.`
      : `Identité refusée : ${errors.map(({ message }) => message).join(' ')}`,
    { details: { missing }, findings: errors },
  );
}

/** The whole story, for real, on this machine. */
export async function runDemo(options: DemoOptions): Promise<DemoSummary> {
  const demo = new Demo(options);
  try {
    await demo.run();
    return demo.summary();
  } finally {
    await demo.close();
  }
}

/** One run of the demo: what was made so far, and what is to be closed. */
class Demo {
  readonly #options: DemoOptions;
  readonly #steps: Steps;
  readonly #deposits: DepositSummary[] = [];
  readonly #journeys: JourneyTold[] = [];
  readonly #closers: (() => Promise<void> | undefined)[] = [];
  #dossier = 'unknown';
  #counts: DemoSummary['counts'] = { patient: null, practitioner: null };
  #lastMail: ComposedMail | null = null;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#steps = new Steps(options.say);
  }

  async run(): Promise<void> {
    const { patient, output } = this.#options;
    await this.#steps.run('identity', 'Identité : les cinq traits sont présents et valides', () =>
      checkPatient(patient),
    );
    await output.writeJson('identity.json', patient);

    const simulator = await this.#startSimulator();
    const client = await this.#openClient(simulator);
    await this.#createDossier(client);
    await this.#connect(client, simulator);
    await this.#deposit(client, simulator);
    await this.#count(client);
    await client.close();

    for (const wire of this.#options.wires) {
      const options = { wire, patient, steps: this.#steps, hierarchy: simulator.hierarchy, say: this.#options.say };
      this.#journeys.push(await tellJourney(options));
    }
  }

  summary(): DemoSummary {
    return {
      steps: this.#steps.results,
      dossier: this.#dossier,
      counts: this.#counts,
      deposits: this.#deposits,
      journeys: this.#journeys,
    };
  }

  /** Writes the summary, of a failed run too, and closes what was opened, the last first. */
  async close(): Promise<void> {
    await this.#options.output.writeJson('summary.json', this.summary());
    for (const close of this.#closers.reverse()) await close();
  }

  async #startSimulator(): Promise<Simulator> {
    const simulator = await this.#steps.run('simulator', 'Plateforme simulée démarrée sur 127.0.0.1', () =>
      createSimulator({ limits: { maxMessageBytes } }),
    );
    this.#closers.push(() => simulator.close());
    return simulator;
  }

  async #openClient(simulator: Simulator): Promise<TerrESanteClient> {
    const { patient, output } = this.#options;

    // The card of the professional signs an assertion.
    const { pfx, password } = simulator.hierarchy.professional.signature;
    const card = await createPkcs12Provider({ pfx, password });
    this.#closers.push(() => card.close());
    const vihf = await this.#steps.run('vihf', 'Assertion VIHF signée et vérifiée', () =>
      signVihf(card, simulator, patient),
    );
    await output.write('vihf.xml', vihf);
    await output.write('vihf-ca.pem', simulator.caPem);

    // The mailbox of the structure carries the deposits.
    const channel = mailChannel(simulator, (mail) => {
      this.#lastMail = mail;
    });
    this.#closers.push(() => channel.close());

    const client = createClient(fictiveConfig(simulator), {
      auth: card,
      descriptor: simulator.descriptor,
      deposit: channel,
      tls: { ca: simulator.caPem },
    });
    await this.#steps.run('config', 'Configuration du module contrôlée', () => {
      const { ok, findings } = client.checkConfig();
      const wrong = findings.find(({ severity }) => severity === 'error');
      demand(ok, wrong?.message ?? 'Configuration refusée.');
    });
    return client;
  }

  async #createDossier(client: TerrESanteClient): Promise<void> {
    const { patient } = this.#options;

    await this.#steps.run('dossier.absent', 'Dossier : à créer', async () => {
      this.#dossier = (await client.dossier.status(patient)).state;
      demand(this.#dossier === 'absent', 'Le dossier existe déjà.');
    });

    await this.#steps.run('dossier.create', 'Dossier créé avec le consentement du patient', async () => {
      const consent = client.consent.record(patient, {
        kinds: ['dossier-creation', 'join-circle'],
        givenBy: 'patient',
        mode: 'oral',
        collectedAt: new Date().toISOString(),
      });
      await client.dossier.create(patient, { consent, joinAs: 'PCP' });

      this.#dossier = (await client.dossier.status(patient, { refresh: true })).state;
      demand(this.#dossier === 'exists', "Le dossier n'existe pas après sa création.");
    });
  }

  /** From this connection on, a document counts as new. */
  async #connect(client: TerrESanteClient, simulator: Simulator): Promise<void> {
    await this.#steps.run('connection', 'Dernière connexion au portail : le compteur repart de zéro', async () => {
      simulator.connect(fictiveProfessional().nationalId);
      const { count } = await client.notifications.countForPatient(this.#options.patient);
      demand(count === 0, 'Le compteur ne repart pas de zéro.');
    });
  }

  async #deposit(client: TerrESanteClient, simulator: Simulator): Promise<void> {
    const { patient, output, pdf, codeSet } = this.#options;
    const steps = this.#steps;
    const stage: DemoStage = { client, simulator, patient, output, steps, lastMail: () => this.#lastMail };
    const bytes = pdf ?? demoLetterPdf();
    await output.write('document.pdf', bytes);

    const chosen = codeSet ?? simulator.descriptor.documents.typeCodeSet.value;
    for (const document of demoDocuments(patient, bytes, chosen)) {
      this.#deposits.push(await depositDocument(stage, document));
    }

    // The letter comes first, and holds the PDF of the caller.
    const [letter] = this.#deposits;
    if (letter) await comparePdf(stage, letter.uniqueId, bytes);
  }

  async #count(client: TerrESanteClient): Promise<void> {
    const deposited = this.#deposits.length;
    await this.#steps.run(
      'counts',
      'Compteurs de nouveaux documents',
      async () => {
        const { count: patient } = await client.notifications.countForPatient(this.#options.patient);
        const { count: practitioner } = await client.notifications.countForPractitioner();
        this.#counts = { patient, practitioner };
        demand(patient === deposited && practitioner === deposited, "Les compteurs n'ont pas suivi les dépôts.");
      },
      () => `patient ${this.#counts.patient ?? '?'}, professionnel ${this.#counts.practitioner ?? '?'}`,
    );
  }
}
