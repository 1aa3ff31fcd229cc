import { parseArgs } from 'node:util';
import { isTerrESanteError } from '../errors.ts';
import {
  createMailbox,
  parseMssAddress,
  probeSubmission,
  type MailServerAddress,
  type MssCredentials,
} from '../transport/index.ts';
import type { Command } from './io.ts';
import { pemFile, portNumber, usageError } from './options.ts';

const help = `usage: terr-esante mail test --host HOST --ca PEM [--port N] [--server-name NAME] [--cert PEM --key PEM]
                            [--mailbox ADDRESS --token-env NAME [--mechanism XOAUTH2|OAUTHBEARER]]
                            [--imap-host HOST [--imap-port N]] [--json]

Connects to the MSSanté submission server, encrypts, authenticates and reads the announced size; then, with --imap-host, opens
the mailbox. Nothing is sent, nothing is removed. --ca: the only authorities trusted. --token-env: environment variable with
an access token.

exit code: 0 every step works, 1 one fails, 2 unusable input or usage.
`;

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
    io.out(help);
    return 0;
  }
  const { host, ca, cert, key, mailbox, mechanism } = values;
  if (
    positionals.length !== 1 ||
    positionals[0] !== 'test' ||
    host === undefined ||
    ca === undefined ||
    (cert === undefined) !== (key === undefined)
  ) {
    io.err(help);
    return 2;
  }
  if (mechanism !== undefined && mechanism !== 'XOAUTH2' && mechanism !== 'OAUTHBEARER') {
    throw usageError('--mechanism : XOAUTH2 ou OAUTHBEARER.');
  }
  const token = values['token-env'] === undefined ? undefined : process.env[values['token-env']];
  if ((token === undefined) !== (mailbox === undefined)) {
    throw usageError('--mailbox et --token-env vont ensemble, et la variable doit exister.');
  }
  const credentials: MssCredentials = {
    ...(cert !== undefined &&
      key !== undefined && { certificate: { certPem: await pemFile(cert), keyPem: await pemFile(key) } }),
    ...(token !== undefined &&
      mailbox !== undefined && {
        token: { mailbox: parseMssAddress(mailbox).address, provider: async () => token, mechanism },
      }),
  };
  const server: MailServerAddress = {
    host,
    port: portNumber(values.port, 'port'),
    serverName: values['server-name'],
    caPem: await pemFile(ca),
  };

  const results: { readonly step: string; readonly ok: boolean; readonly text: string }[] = [];
  const run = async (step: string, work: () => Promise<string>): Promise<void> => {
    try {
      results.push({ step, ok: true, text: await work() });
    } catch (error) {
      if (!isTerrESanteError(error)) throw error;
      results.push({ step, ok: false, text: `${error.code} : ${error.message}` });
    }
    const last = results.at(-1);
    if (last && !values.json) io.out(`${last.ok ? '✓' : '✗'} ${last.step}  ${last.text}\n`);
  };
  await run('envoi', async () => {
    const { authenticated, maxMessageBytes, deliveryReports } = await probeSubmission(
      { server, credentials, connectTimeoutMs: 15_000 },
      { signal: io.signal },
    );
    const size = maxMessageBytes === null ? 'taille non annoncée' : `${String(maxMessageBytes)} octets au plus`;
    return `chiffré, ${authenticated ? 'authentifié' : 'sans authentification'}, ${size}, rapports de remise ${deliveryReports ? 'possibles' : 'non proposés'}`;
  });
  const imapHost = values['imap-host'];
  if (imapHost !== undefined) {
    await run('lecture', async () => {
      const box = createMailbox({
        server: { ...server, host: imapHost, port: portNumber(values['imap-port'], 'imap-port') },
        credentials,
        connectTimeoutMs: 15_000,
      });
      try {
        await box.verify({ signal: io.signal });
        return 'chiffré, authentifié, boîte ouverte';
      } finally {
        await box.close();
      }
    });
  }
  if (values.json) io.out(`${JSON.stringify({ steps: results }, null, 2)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
};
