import { parseArgs } from 'node:util';

import { createPkcs11Provider, createPkcs12Provider, type SigningProvider } from '../auth/index.ts';
import { isTerrESanteError, TerrESanteError, type Finding } from '../errors.ts';
import { createClient, type Diagnosis, type DiagnosisStep, type TerrESanteConfig } from '../index.ts';
import { decodeText } from '../internal/text.ts';
import { loadDescriptor, type PlatformDescriptor } from '../platform/index.ts';
import { createOutbox, openSpoolStore, type OutboxSummary } from '../transport/index.ts';
import { bundleOf } from './doctor/bundle.ts';
import { remedyOf, type Remedy } from './doctor/remedy.ts';
import { FileFailure, missingOption, refuseUsage, tooMany, usageError } from './failure.ts';
import { printable, safeJson } from './inspect/rows.ts';
import type { CliIo, Command } from './io.ts';
import { say, type Bilingual } from './language.ts';
import { askPin } from './pin.ts';
import { leaveFile, pemFile, smallFile } from './options.ts';
import { packageVersion } from './version.ts';

const help = {
  fr: `usage: terr-esante doctor --config FICHIER [--p12 FICHIER --password-env NOM | --card [--library FICHIER]] [--sign]
                          [--descriptor FICHIER --sha256 EMPREINTE] [--ca PEM] [--spool DOSSIER [--key-file FICHIER]]
                          [--bundle FICHIER] [--json] [--lang fr|en]

Dit pourquoi cela ne marche pas, la cause et que faire : configuration, lecteur et carte, certificats et autorités qui se
terminent dans les 30 jours, nom du serveur, TLS, heure, et avec --sign l'authentification et une lecture sans patient.
N'envoie rien d'un patient et ne demande aucun code, sauf --sign avec une carte. terr-esante mail test essaie la messagerie.

  --config FICHIER     la configuration, en JSON (TerrESanteConfig)
  --p12, --card        le moyen de signer ; sans lui, le certificat n'est pas regardé
  --password-env NOM   variable d'environnement avec le mot de passe du .p12
  --sign               signe une assertion sans patient et lit un nombre ; la carte demande alors son code
  --descriptor, --sha256  le descripteur de la plateforme et son empreinte, au lieu de celui qui est fourni
  --ca PEM             les seules autorités reconnues pour la plateforme
  --spool DOSSIER      compte aussi les dépôts, sans déranger le logiciel qui envoie
  --bundle FICHIER     réunit ce que demande le support dans un fichier JSON, qui ne doit pas exister : versions, système,
                       choix de la configuration, étapes, dates et émetteurs des certificats, nombre, âge et erreurs des
                       dépôts. Aucun nom, identifiant, adresse, code, mot de passe ni clé : à relire avant de l'envoyer

code de sortie : 0 rien n'empêche, 1 une étape échoue, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante doctor --config FILE [--p12 FILE --password-env NAME | --card [--library FILE]] [--sign]
                          [--descriptor FILE --sha256 HASH] [--ca PEM] [--spool DIR [--key-file FILE]]
                          [--bundle FILE] [--json] [--lang fr|en]

Says why it does not work, the cause and what to do: configuration, reader and card, certificates and authorities that expire
within 30 days, name of the server, TLS, clock, and with --sign the authentication and one reading without a patient. Sends
nothing of a patient and asks for no PIN, but for --sign with a card. terr-esante mail test tries the mail servers.

  --config FILE        the configuration, as JSON (TerrESanteConfig)
  --p12, --card        the means of signing; without it the certificate is not looked at
  --password-env NAME  environment variable with the password of the .p12
  --sign               signs an assertion without a patient and reads a number; a card then asks for its PIN
  --descriptor, --sha256  the descriptor of the platform and its hash, in place of the published one
  --ca PEM             the only authorities trusted for the platform
  --spool DIR          counts the deposits too, without disturbing the software that sends
  --bundle FILE        gathers what support needs in a JSON file that must not exist: versions, system, choices of the
                       configuration, steps, dates and issuers of the certificates, number, age and errors of the
                       deposits. No name, identifier, address, code, password or key: read it before you send it

exit code: 0 nothing stands in the way, 1 a step fails, 2 unusable input or usage.
`,
};

const marks = { ok: '✓', warning: '!', error: '✗', unknown: '–' } as const;

interface Words {
  readonly p12?: string | undefined;
  readonly 'password-env'?: string | undefined;
  readonly card: boolean;
  readonly library?: string | undefined;
  readonly spool?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly descriptor?: string | undefined;
  readonly sha256?: string | undefined;
}

/** `terr-esante doctor` */
export const doctorCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      p12: { type: 'string' },
      'password-env': { type: 'string' },
      card: { type: 'boolean', default: false },
      library: { type: 'string' },
      sign: { type: 'boolean', default: false },
      descriptor: { type: 'string' },
      sha256: { type: 'string' },
      ca: { type: 'string' },
      spool: { type: 'string' },
      'key-file': { type: 'string' },
      bundle: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  if (positionals[0] !== undefined) return refuseUsage(io, args, help, tooMany(positionals[0]));
  if (values.config === undefined) return refuseUsage(io, args, help, missingOption('config'));

  const config = await configOf(values.config);
  const ca = values.ca === undefined ? undefined : await pemFile(values.ca);
  const descriptor = await descriptorIn(values);
  const provider = await providerOf(values, io);
  const te = createClient(config, { auth: provider, descriptor, tls: { ca } });
  try {
    const diagnosis = await te.diagnose({ signal: io.signal, sign: values.sign });
    const outbox = values.spool === undefined ? null : await outboxOf(values.spool, values['key-file']);
    await show(diagnosis, outbox, values.json, io);

    if (values.bundle !== undefined) {
      const parts = { config, diagnosis, provider, outbox, sdkVersion: packageVersion(), now: Date.now() };
      const bundle = await bundleOf(parts, { signal: io.signal });
      await leaveFile(values.bundle, `${JSON.stringify(bundle, null, 2)}\n`, 'wx');
    }
    return diagnosis.ok ? 0 : 1;
  } finally {
    await te.close();
  }
};

/** The configuration of a file. Its content is judged by the diagnosis, not here. */
async function configOf(path: string): Promise<TerrESanteConfig> {
  const text = decodeText(await smallFile(path, 1_000_000));
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as TerrESanteConfig;
  } catch {
    // The parser quotes the text around the fault: its message is not kept.
  }
  throw new FileFailure(path, 'TE_INPUT_INVALID', "La configuration n'est pas un objet JSON.");
}

/** The descriptor that the words name; the published one without them. */
async function descriptorIn({ descriptor, sha256 }: Words): Promise<PlatformDescriptor | undefined> {
  if (descriptor === undefined && sha256 === undefined) return undefined;
  if (descriptor === undefined || sha256 === undefined) {
    throw usageError('--descriptor et --sha256 vont ensemble.', '--descriptor and --sha256 go together.');
  }
  return loadDescriptor(await smallFile(descriptor, 1_000_000), { sha256 });
}

/** The means of signing that the words name, or one that says that there is none. */
async function providerOf(words: Words, io: CliIo): Promise<SigningProvider> {
  const { p12, card, library } = words;
  const variable = words['password-env'];
  if (card && p12 !== undefined) throw usageError('--p12 ou --card, pas les deux.', '--p12 or --card, not both.');
  if (card) return createPkcs11Provider({ library, onPinRequired: (request) => askPin(request, io) });
  if (p12 === undefined) return noProvider;

  const password = variable === undefined ? undefined : process.env[variable];
  if (password === undefined) {
    throw usageError(
      '--p12 veut --password-env, et la variable doit exister.',
      '--p12 wants --password-env, and the variable must exist.',
    );
  }
  return createPkcs12Provider({ pfx: await smallFile(p12, 1_000_000), password });
}

const none = (): Promise<never> =>
  Promise.reject(new TerrESanteError('TE_UNSUPPORTED', "Aucun moyen de signer n'est donné (--p12 ou --card)."));

const noProvider: SigningProvider = { kind: 'none', certificates: none, sign: none };

/** The numbers of a spool, or the code of what keeps them from being read. */
async function outboxOf(
  folder: string,
  keyFile: string | undefined,
): Promise<OutboxSummary | { readonly code: string }> {
  const key = keyFile === undefined ? undefined : await smallFile(keyFile, 32);

  try {
    const store = await openSpoolStore({ folder, key, readOnly: true });
    const carrier = { compose: none, send: none };
    const outbox = createOutbox({ store, carrier, senderDomain: '', sends: false });
    try {
      return await outbox.summary();
    } finally {
      await outbox.close();
    }
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return { code: error.code };
  }
}

async function show(
  diagnosis: Diagnosis,
  outbox: OutboxSummary | { readonly code: string } | null,
  json: boolean,
  io: CliIo,
): Promise<void> {
  const steps = diagnosis.steps.map((step) => ({ ...step, ...remedyOf(step) }));
  if (json) {
    io.out(`${safeJson({ ...diagnosis, steps, outbox })}\n`);
    return;
  }

  for (const step of steps) io.out(stepText(step, io));
  if (outbox === null) return;
  io.out(
    'states' in outbox
      ? `– outbox         ${String(outbox.waiting)} à envoyer, le plus ancien ${outbox.oldestWaiting ?? 'aucun'}\n`
      : `✗ outbox         ${outbox.code}\n`,
  );
}

/** One step: what was found, then the cause and what to do where something is wrong. */
function stepText(step: DiagnosisStep & Remedy, io: CliIo): string {
  const { topic, state, message, error, findings, cause, fix } = step;
  const code = error ? `${error.code} : ` : '';
  const rules = findings.filter(({ severity }) => severity !== 'info');
  const lines = [
    `${marks[state]} ${topic.padEnd(14)} ${printable(`${code}${message}`)}`,
    ...(cause && state !== 'unknown'
      ? [`    ${say(io, { fr: 'cause :', en: 'cause:' })} ${printable(say(io, cause))}`]
      : []),
    ...rules.map((found) => `    ${found.rule} ${printable(found.path)} : ${printable(say(io, sentenceOf(found)))}`),
    ...(fix && state !== 'unknown'
      ? [`    ${say(io, { fr: 'que faire :', en: 'what to do:' })} ${printable(say(io, fix))}`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function sentenceOf({ message, messageEn, fix, fixEn }: Finding): Bilingual {
  return { fr: `${message} ${fix}`, en: `${messageEn} ${fixEn}` };
}
