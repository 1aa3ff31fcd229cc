import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSimulator } from '../simulator/index.ts';
import type { Command } from './io.ts';
import { portNumber } from './options.ts';

const help = `usage: terr-esante simulator [--http-port N] [--smtp-port N] [--out DIR]

The far side on 127.0.0.1 only, until it is interrupted: HTTPS for dossiers and counts, SMTP with STARTTLS for deposits.
--out DIR leaves what a client needs: ca.pem, the fictive card (card.p12) and structure (structure.p12).
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
    if (values.out !== undefined) {
      const { professional, structure } = hierarchy;
      await writeFile(join(values.out, 'ca.pem'), caPem);
      await writeFile(join(values.out, 'card.p12'), professional.signature.pfx, { mode: 0o600 });
      await writeFile(join(values.out, 'structure.p12'), structure.authentication.pfx, { mode: 0o600 });
    }
    io.out(`${JSON.stringify({ httpUrl, smtp, depositAddress })}\n`);
    if (!io.signal.aborted)
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await simulator.close();
  }
  return 0;
};
