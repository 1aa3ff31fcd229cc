import { parseArgs } from 'node:util';
import { isTerrESanteError } from '../errors.ts';
import { createMailbox, parseMssAddress, type MailboxOptions, type MssCredentials } from '../transport/index.ts';
import { probeSubmission } from '../transport/mss/probe.ts';
import { missingOption, refuseUsage, unknownWord } from './failure.ts';
import { safeJson } from './inspect/rows.ts';
import type { CliIo, Command } from './io.ts';
import { say } from './language.ts';
import { pemFile, portNumber, usageError } from './options.ts';

const help = {
  fr: `usage: terr-esante mail test --host HÔTE --ca PEM [--port N] [--server-name NOM] [--cert PEM --key PEM]
                            [--mailbox ADRESSE --token-env NOM [--mechanism XOAUTH2|OAUTHBEARER]]
                            [--imap-host HÔTE [--imap-port N]] [--json] [--lang fr|en]

Se connecte au serveur d'envoi MSSanté, chiffre, s'authentifie et lit la taille annoncée ; puis, avec --imap-host, ouvre la
boîte. Rien n'est envoyé, rien n'est enlevé. --ca : les seules autorités reconnues. --token-env : variable d'environnement
avec un jeton d'accès. --json : une ligne de JSON.

✓ fait, ✗ échoué, – non essayé : sans --cert ni --token-env, personne ne s'authentifie.

code de sortie : 0 tout ce qui est essayé marche, 1 une étape échoue, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante mail test --host HOST --ca PEM [--port N] [--server-name NAME] [--cert PEM --key PEM]
                            [--mailbox ADDRESS --token-env NAME [--mechanism XOAUTH2|OAUTHBEARER]]
                            [--imap-host HOST [--imap-port N]] [--json]

Connects to the MSSanté submission server, encrypts, authenticates and reads the announced size; then, with --imap-host, opens
the mailbox. Nothing is sent, nothing is removed. --ca: the only authorities trusted. --token-env: environment variable with
an access token. --json: one line of JSON.

✓ done, ✗ failed, – not tried: without --cert nor --token-env, nobody authenticates.

exit code: 0 what is tried works, 1 one fails, 2 unusable input or usage.
`,
};

/** How long a connection may take to open, in milliseconds. */
const connectTimeoutMs = 15_000;

interface MailWords {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly mailbox?: string | undefined;
  readonly 'token-env'?: string | undefined;
  readonly mechanism?: string | undefined;
}

/** `terr-esante mail test` */
export const mailCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      'server-name': { type: 'string' },
      ca: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
      mailbox: { type: 'string' },
      'token-env': { type: 'string' },
      mechanism: { type: 'string' },
      'imap-host': { type: 'string' },
      'imap-port': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const { host, ca, cert, key } = values;
  if (positionals.length !== 1 || positionals[0] !== 'test') {
    return refuseUsage(io, args, help, unknownWord(positionals[1] ?? positionals[0], ['test']));
  }
  if (host === undefined) return refuseUsage(io, args, help, missingOption('host'));
  if (ca === undefined) return refuseUsage(io, args, help, missingOption('ca'));
  if ((cert === undefined) !== (key === undefined)) {
    return refuseUsage(io, args, help, missingOption(cert === undefined ? 'cert' : 'key'));
  }

  const credentials = await credentialsOf(values);
  const server: MailboxOptions['server'] = {
    host,
    port: portNumber(values.port, 'port'),
    serverName: values['server-name'],
    caPem: await pemFile(ca),
  };

  const trial = new Trial(io, values.json);
  const isReached = await trial.run('envoi', () => trySubmission(server, credentials, io));
  if (isReached && credentials.certificate === undefined && credentials.token === undefined) {
    trial.skip('authentification', 'non essayée : ni certificat (--cert, --key) ni jeton (--mailbox, --token-env)');
  }
  const imapHost = values['imap-host'];
  if (imapHost !== undefined) {
    const imap = { ...server, host: imapHost, port: portNumber(values['imap-port'], 'imap-port') };
    await trial.run('lecture', () => tryMailbox(imap, credentials, io));
  }
  return trial.close();
};

/** Certificate, token or both: what the options name. */
async function credentialsOf(words: MailWords): Promise<MssCredentials> {
  const { cert, key, mailbox, mechanism } = words;
  const variable = words['token-env'];
  if (mechanism !== undefined && mechanism !== 'XOAUTH2' && mechanism !== 'OAUTHBEARER') {
    throw usageError('--mechanism : XOAUTH2 ou OAUTHBEARER.', '--mechanism: XOAUTH2 or OAUTHBEARER.');
  }

  const token = variable === undefined ? undefined : process.env[variable];
  if ((token === undefined) !== (mailbox === undefined)) {
    throw usageError(
      '--mailbox et --token-env vont ensemble, et la variable doit exister.',
      '--mailbox and --token-env go together, and the variable must exist.',
    );
  }

  const credentials: Mutable<MssCredentials> = {};
  if (cert !== undefined && key !== undefined) {
    credentials.certificate = { certPem: await pemFile(cert), keyPem: await pemFile(key) };
  }
  if (token !== undefined && mailbox !== undefined) {
    credentials.token = { mailbox: parseMssAddress(mailbox).address, provider: async () => token, mechanism };
  }
  return credentials;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

async function trySubmission(
  server: MailboxOptions['server'],
  credentials: MssCredentials,
  io: CliIo,
): Promise<string> {
  const { authenticated, maxMessageBytes, deliveryReports } = await probeSubmission(
    { server, credentials, connectTimeoutMs },
    { signal: io.signal },
  );

  const parts = [
    'chiffré',
    ...(authenticated ? ['authentifié'] : []),
    maxMessageBytes === null ? 'taille non annoncée' : `${String(maxMessageBytes)} octets au plus`,
    `rapports de remise ${deliveryReports ? 'possibles' : 'non proposés'}`,
  ];
  return parts.join(', ');
}

async function tryMailbox(server: MailboxOptions['server'], credentials: MssCredentials, io: CliIo): Promise<string> {
  const box = createMailbox({ server, credentials, connectTimeoutMs });
  try {
    await box.verify({ signal: io.signal });
    return 'chiffré, authentifié, boîte ouverte';
  } finally {
    await box.close();
  }
}

const marks = { true: '✓', false: '✗', null: '–' } as const;

/** The steps of a test, printed as they end or together as JSON. */
class Trial {
  readonly #io: CliIo;
  readonly #json: boolean;
  readonly #steps: { readonly step: string; readonly ok: boolean | null; readonly text: string }[] = [];

  constructor(io: CliIo, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  /** @returns whether it worked */
  async run(step: string, work: () => Promise<string>): Promise<boolean> {
    try {
      this.#add(step, true, await work());
      return true;
    } catch (error) {
      if (!isTerrESanteError(error)) throw error;
      this.#add(step, false, `${error.code} : ${error.message}`);
      return false;
    }
  }

  /** What was not tried is neither a success nor a failure. */
  skip(step: string, text: string): void {
    this.#add(step, null, text);
  }

  /** @returns the exit code */
  close(): 0 | 1 {
    if (this.#json) this.#io.out(`${safeJson({ steps: this.#steps })}\n`);
    return this.#steps.some(({ ok }) => ok === false) ? 1 : 0;
  }

  #add(step: string, ok: boolean | null, text: string): void {
    this.#steps.push({ step, ok, text });
    if (!this.#json) this.#io.out(`${marks[String(ok) as keyof typeof marks]} ${step}  ${text}\n`);
  }
}
