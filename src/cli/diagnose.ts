import { parseArgs } from 'node:util';

import { createPkcs11Provider, createPkcs12Provider, type SigningProvider } from '../auth/index.ts';
import { isTerrESanteError, TerrESanteError } from '../errors.ts';
import { createClient, type Diagnosis, type DiagnosisStep, type TerrESanteConfig } from '../index.ts';
import { decodeText } from '../internal/text.ts';
import { createOutbox, openSpoolStore, type OutboxSummary } from '../transport/index.ts';
import { bundleOf } from './diagnose/bundle.ts';
import { FileFailure, missingOption, refuseUsage, tooMany, usageError } from './failure.ts';
import { printable, safeJson } from './inspect/rows.ts';
import type { CliIo, Command } from './io.ts';
import { say } from './language.ts';
import { leaveFile, pemFile, smallFile } from './options.ts';
import { packageVersion } from './version.ts';

const help = {
  fr: `usage: terr-esante diagnose --config FICHIER [--p12 FICHIER --password-env NOM | --card [--library FICHIER]] [--ca PEM]
                          [--spool DOSSIER [--key-file FICHIER]] [--bundle FICHIER] [--json] [--lang fr|en]

Dit pourquoi cela ne marche pas : configuration, certificat, plateforme, heure. N'envoie rien d'un patient et ne demande aucun
code. terr-esante mail test essaie la messagerie.

  --config FICHIER     la configuration, en JSON (TerrESanteConfig)
  --p12, --card        le moyen de signer ; sans lui, le certificat n'est pas regardé
  --password-env NOM   variable d'environnement avec le mot de passe du .p12
  --ca PEM             les seules autorités reconnues pour la plateforme
  --spool DOSSIER      compte aussi les dépôts, sans déranger le logiciel qui envoie
  --bundle FICHIER     réunit ce que demande le support dans un fichier JSON, qui ne doit pas exister : versions, système,
                       choix de la configuration, étapes, dates et émetteurs des certificats, nombre, âge et erreurs des
                       dépôts. Aucun nom, identifiant, adresse, code, mot de passe ni clé : à relire avant de l'envoyer

code de sortie : 0 rien n'empêche, 1 une étape échoue, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante diagnose --config FILE [--p12 FILE --password-env NAME | --card [--library FILE]] [--ca PEM]
                          [--spool DIR [--key-file FILE]] [--bundle FILE] [--json] [--lang fr|en]

Says why it does not work: configuration, certificate, platform, clock. Sends nothing of a patient and asks for no PIN.
terr-esante mail test tries the mail servers.

  --config FILE        the configuration, as JSON (TerrESanteConfig)
  --p12, --card        the means of signing; without it the certificate is not looked at
  --password-env NAME  environment variable with the password of the .p12
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
}

/** `terr-esante diagnose` */
export const diagnoseCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      p12: { type: 'string' },
      'password-env': { type: 'string' },
      card: { type: 'boolean', default: false },
      library: { type: 'string' },
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
  const provider = await providerOf(values);
  const te = createClient(config, { auth: provider, tls: { ca } });
  try {
    const diagnosis = await te.diagnose({ signal: io.signal });
    const outbox = values.spool === undefined ? null : await outboxOf(values.spool, values['key-file']);
    show(diagnosis, outbox, values.json, io);

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

/** The means of signing that the words name, or one that says that there is none. */
async function providerOf(words: Words): Promise<SigningProvider> {
  const { p12, card, library } = words;
  const variable = words['password-env'];
  if (card && p12 !== undefined) throw usageError('--p12 ou --card, pas les deux.', '--p12 or --card, not both.');
  if (card) return createPkcs11Provider({ library, onPinRequired: async () => null });
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

function show(
  diagnosis: Diagnosis,
  outbox: OutboxSummary | { readonly code: string } | null,
  json: boolean,
  io: CliIo,
): void {
  if (json) {
    io.out(`${safeJson({ ...diagnosis, outbox })}\n`);
    return;
  }

  for (const step of diagnosis.steps) io.out(stepText(step));
  if (outbox === null) return;
  io.out(
    'states' in outbox
      ? `– outbox         ${String(outbox.waiting)} à envoyer, le plus ancien ${outbox.oldestWaiting ?? 'aucun'}\n`
      : `✗ outbox         ${outbox.code}\n`,
  );
}

function stepText({ topic, state, message, error, findings }: DiagnosisStep): string {
  const code = error ? `${error.code} : ` : '';
  const rules = findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => `    ${rule}\n`);
  return `${marks[state]} ${topic.padEnd(14)} ${printable(`${code}${message}`)}\n${rules.join('')}`;
}
