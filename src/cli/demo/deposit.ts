import { createSubmission, packageXdm } from '../../documents/index.ts';
import type { TerrESanteClient } from '../../index.ts';
import type { PatientInput } from '../../identity/index.ts';
import { sha256Hex } from '../../internal/bytes.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { ComposedMail } from '../../transport/index.ts';
import { sourceId } from './config.ts';
import type { DemoDocument } from './documents.ts';
import type { Output } from './output.ts';
import { demand, type Steps } from './steps.ts';

/** One deposit in `summary.json`. */
export interface DepositSummary {
  readonly kind: string;
  readonly uniqueId: string;
  readonly state: string;
  readonly messageId: string | null;
}

export interface DemoStage {
  readonly client: TerrESanteClient;
  readonly simulator: Simulator;
  readonly patient: PatientInput;
  readonly output: Output;
  readonly steps: Steps;
  /** The message sent last, as it left. */
  readonly lastMail: () => ComposedMail | null;
}

/** One document, from its content to the dossier. */
export async function depositDocument(stage: DemoStage, { kind, label, build }: DemoDocument): Promise<DepositSummary> {
  const { client, simulator, patient, output, steps } = stage;
  const document = await steps.run(
    `${kind}.cda`,
    `${label} : CDA R2`,
    build,
    ({ header, findings }) =>
      `type par défaut « ${header.type.displayName} » (${header.type.code})${findings.map(({ rule, message }) => `\n    alerte ${rule} : ${message}`).join('')}`,
  );
  await output.write(`${kind}/document.xml`, document.content);

  const submission = createSubmission([document], { sourceId });
  const archive = await steps.run(
    `${kind}.xdm`,
    `${label} : archive IHE XDM`,
    () => packageXdm(submission),
    ({ content }) => `${content.byteLength} octets`,
  );
  await output.write(`${kind}/IHE_XDM.zip`, archive.content);

  const receipt = await steps.run(
    `${kind}.deposit`,
    `${label} : envoyé par messagerie sécurisée`,
    () => client.documents.deposit(patient, submission, { patientConsent: true }),
    ({ state }) => (state === 'accepted' ? 'pris en charge' : state),
  );
  const mail = stage.lastMail();
  demand(mail !== null && mail.messageId === receipt.messageId, "Le message envoyé n'est pas celui du reçu.");
  await output.write(`${kind}/message.eml`, mail.content);

  const state = await steps.run(`${kind}.visible`, `${label} : visible dans l'onglet « Documents »`, async () => {
    await simulator.settled();
    const uniqueId = document.header.uniqueId;
    const status = await client.documents.status(patient, uniqueId);
    demand(status.state === 'visible', "Le document n'est pas visible dans le dossier.");
    const { documents: listed } = await client.documents.list(patient);
    demand(
      listed.some((listing) => listing.uniqueId === uniqueId),
      "Le document n'est pas dans la liste.",
    );
    return status.state;
  });
  return { kind, uniqueId: document.header.uniqueId, state, messageId: receipt.messageId };
}

/** The PDF read back from the dossier is the file that was given, byte for byte. */
export async function comparePdf(
  { simulator, patient, steps }: DemoStage,
  uniqueId: string,
  pdf: Uint8Array,
): Promise<void> {
  await steps.run(
    'letter.bytes',
    "Le PDF relu dans le dossier est identique à l'original",
    () => {
      const dossier = patient.localId && simulator.dossier(patient.localId);
      const filed = dossier?.documents.find((document) => document.uniqueId === uniqueId);
      const found = filed?.pdf() ?? null;

      demand(found !== null && sha256Hex(found) === sha256Hex(pdf), 'Le PDF relu diffère de celui qui a été donné.');
      return sha256Hex(found);
    },
    (hash) => `SHA-256 ${hash}`,
  );
}
