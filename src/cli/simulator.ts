import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSimulator, fictiveConfig } from '../simulator/index.ts';
import type { Command } from './io.ts';
import { outputFolder, portNumber } from './options.ts';

const help = `usage: terr-esante simulator [--http-port N] [--smtp-port N] [--out DIR]

The far side on 127.0.0.1 only, until it is interrupted: HTTPS for dossiers and counts, SMTP with STARTTLS for deposits.
Prints one line of JSON when it is ready.

  --http-port N, --smtp-port N  fixed ports; free ones by default
  --out DIR                     leaves what a client needs: config.json (for createClient), ca.pem, the fictive card
                                (card.p12) and structure (structure.p12, structure.pem, structure-key.pem); the line
                                then holds the passwords of the two .p12
`;

/** `terr-esante simulator` */
export const simulatorCommand: Command = async (args, io) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'http-port': { type: 'string' },
      'smtp-port': { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  const simulator = await createSimulator({
    httpPort: portNumber(values['http-port'], 'http-port', 0),
    smtpPort: portNumber(values['smtp-port'], 'smtp-port', 0),
  });
  try {
    const { httpUrl, smtp, depositAddress, caPem, hierarchy } = simulator;
    const card = hierarchy.professional.signature;
    const structure = hierarchy.structure.authentication;
    if (values.out !== undefined) {
      const folder = await outputFolder(values.out);
      for (const [name, content] of Object.entries({
        'config.json': `${JSON.stringify(fictiveConfig(simulator), null, 2)}\n`,
        'ca.pem': caPem,
        'card.p12': card.pfx,
        'structure.p12': structure.pfx,
        'structure.pem': structure.certPem,
        'structure-key.pem': structure.keyPem,
      })) {
        await writeFile(join(folder, name), content, { mode: 0o600 });
      }
    }
    const passwords = values.out !== undefined && { passwords: { card: card.password, structure: structure.password } };
    io.out(`${JSON.stringify({ httpUrl, smtp, depositAddress, ...passwords })}\n`);
    if (!io.signal.aborted) {
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
    }
  } finally {
    await simulator.close();
  }
  return 0;
};
