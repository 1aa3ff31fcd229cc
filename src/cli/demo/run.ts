import { createPkcs12Provider, createVihf, type SigningProvider } from '../../auth/index.ts';
import { packageXdm, type CodeSet } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { checkCompleteness, type PatientInput } from '../../identity/index.ts';
import { createClient } from '../../index.ts';
import { createSimulator, fictiveConfig, type Simulator } from '../../simulator/index.ts';
import { demoLetterPdf, fictiveProfessional, fictiveStructure } from '../../testing/index.ts';
import { createMssTransport, senderLabel, type ComposedMail, type MssTransport } from '../../transport/index.ts';
import { comparePdf, depositDocument, type DemoStage, type DepositSummary } from './deposit.ts';
import { demoDocuments } from './documents.ts';
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
  readonly output: Output;
  readonly say: (text: string) => void;
}

/** `summary.json` */
export interface DemoSummary {
  readonly steps: readonly StepResult[];
  readonly dossier: string;
  readonly counts: { readonly patient: number | null; readonly practitioner: number | null };
  readonly deposits: readonly DepositSummary[];
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

async function signVihf(provider: SigningProvider, simulator: Simulator, patient: PatientInput): Promise<string> {
  const { descriptor } = simulator;
  const now = Date.now();
  const vihf = await createVihf(
    {
      professional: fictiveProfessional(),
      structure: fictiveStructure(),
      ...(patient.ins && patient.identityStatus === 'QUAL' && { patient: patient.ins }),
      authentication: { mode: 'direct', means: 'card', instant: now },
      software: { name: 'DEMO', version: '1.0', id: 'DEMO-0001' },
      target: {
        resourceUrn: descriptor.vihf.resourceUrn.value ?? '',
        version: descriptor.vihf.version.value,
        ...(descriptor.vihf.audience.value !== null && { audience: descriptor.vihf.audience.value }),
      },
    },
    provider,
  );
  return vihf.xml;
}

function mailChannel(simulator: Simulator, onMessage: (mail: ComposedMail) => void): MssTransport {
  const { host, port, servername } = simulator.smtp;
  const { certPem, keyPem } = simulator.hierarchy.structure.authentication;
  return createMssTransport({
    server: { host, port, serverName: servername, caPem: simulator.caPem },
    credentials: { certificate: { certPem, keyPem } },
    message: {
      from: {
        address: fictiveConfig().user.mssAddress,
        label: senderLabel({ familyName: 'FICTIF', givenName: 'ÉLODIE' }),
      },
      to: simulator.depositAddress,
    },
    archive: (submission) => packageXdm(submission),
    onMessage,
  });
}

/** The whole story, for real, on this machine. */
export async function runDemo({ patient, pdf, codeSet, output, say }: DemoOptions): Promise<DemoSummary> {
  const steps = new Steps(say);
  const deposits: DepositSummary[] = [];
  let dossier = 'unknown';
  let counts: DemoSummary['counts'] = { patient: null, practitioner: null };
  const summary = (): DemoSummary => ({ steps: steps.results, dossier, counts, deposits });

  let simulator: Simulator | undefined;
  let provider: SigningProvider | undefined;
  let channel: MssTransport | undefined;
  let lastMail: ComposedMail | null = null;
  try {
    await steps.run('identity', 'Identité : les cinq traits sont présents et valides', () => checkPatient(patient));
    await output.writeJson('identity.json', patient);

    const far = await steps.run('simulator', 'Plateforme simulée démarrée sur 127.0.0.1', () =>
      createSimulator({ limits: { maxMessageBytes } }),
    );
    simulator = far;
    const { pfx, password } = far.hierarchy.professional.signature;
    const card = await createPkcs12Provider({ pfx, password });
    provider = card;
    const vihf = await steps.run('vihf', 'Assertion VIHF signée et vérifiée', () => signVihf(card, far, patient));
    await output.write('vihf.xml', vihf);
    await output.write('vihf-ca.pem', far.caPem);

    const mss = mailChannel(far, (mail) => {
      lastMail = mail;
    });
    channel = mss;
    const client = createClient(fictiveConfig(far), {
      auth: card,
      descriptor: far.descriptor,
      deposit: mss,
      tls: { ca: far.caPem },
    });
    await steps.run('config', 'Configuration du module contrôlée', () => {
      const { ok, findings } = client.checkConfig();
      const wrong = findings.find(({ severity }) => severity === 'error');
      demand(ok, wrong?.message ?? 'Configuration refusée.');
      return findings.filter(({ severity }) => severity === 'warning').length;
    });

    await steps.run('dossier.absent', 'Dossier : à créer', async () => {
      dossier = (await client.dossier.status(patient)).state;
      demand(dossier === 'absent', 'Le dossier existe déjà.');
    });
    await steps.run('dossier.create', 'Dossier créé avec le consentement du patient', async () => {
      const consent = client.consent.record(patient, {
        kinds: ['dossier-creation', 'join-circle'],
        givenBy: 'patient',
        mode: 'oral',
        collectedAt: new Date().toISOString(),
      });
      await client.dossier.create(patient, { consent, joinAs: 'PCP' });
      dossier = (await client.dossier.status(patient, { refresh: true })).state;
      demand(dossier === 'exists', "Le dossier n'existe pas après sa création.");
    });

    await steps.run('connection', 'Dernière connexion au portail : le compteur repart de zéro', async () => {
      far.connect(fictiveProfessional().nationalId);
      const { count } = await client.notifications.countForPatient(patient);
      demand(count === 0, 'Le compteur ne repart pas de zéro.');
    });
    const stage: DemoStage = { client, simulator: far, patient, output, steps, lastMail: () => lastMail };
    const bytes = pdf ?? demoLetterPdf();
    await output.write('document.pdf', bytes);
    const chosen = codeSet ?? far.descriptor.documents.typeCodeSet.value;
    for (const document of demoDocuments(patient, bytes, chosen)) deposits.push(await depositDocument(stage, document));
    await comparePdf(stage, deposits[0]?.uniqueId ?? '', bytes);

    await steps.run(
      'counts',
      'Compteurs de nouveaux documents',
      async () => {
        const [forPatient, forPractitioner] = [
          await client.notifications.countForPatient(patient),
          await client.notifications.countForPractitioner(),
        ];
        counts = { patient: forPatient.count, practitioner: forPractitioner.count };
        demand(
          counts.patient === deposits.length && counts.practitioner === deposits.length,
          "Les compteurs n'ont pas suivi les dépôts.",
        );
      },
      () => `patient ${counts.patient ?? '?'}, professionnel ${counts.practitioner ?? '?'}`,
    );
    await client.close();
    return summary();
  } finally {
    await output.writeJson('summary.json', summary());
    await channel?.close();
    await provider?.close?.();
    await simulator?.close();
  }
}
