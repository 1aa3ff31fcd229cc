import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSimulator, fictiveConfig, type Simulator } from '../simulator/index.ts';
import { fictivePatient, fictiveProfessional } from '../testing/index.ts';
import type { Command } from './io.ts';
import { say } from './language.ts';
import { leaveFile, outputFolder, portNumber } from './options.ts';

const help = {
  fr: `usage: terr-esante simulator [--http-port N] [--smtp-port N] [--out DOSSIER] [--dossier] [--no-assertion] [--lang fr|en]

L'autre côté, sur 127.0.0.1 seulement, jusqu'à ce qu'on l'interrompe : HTTPS pour les dossiers et les nombres, SMTP avec
STARTTLS pour les dépôts, SOAP pour le registre et l'entrepôt (ITI-18, 41, 43 et 57). Affiche une ligne de JSON quand il
est prêt, avec toutes ses adresses.

  --http-port N, --smtp-port N  ports fixes ; des ports libres par défaut
  --dossier                     ouvre un dossier au patient fictif, dont la ligne porte les identifiants
  --no-assertion                le registre et l'entrepôt prennent aussi une demande sans assertion
  --out DOSSIER                 laisse ce dont un client a besoin : config.json (pour createClient), ca.pem, la carte fictive
                                (card.p12) et la structure (structure.p12, structure.pem, structure-key.pem) ; la ligne
                                porte alors les mots de passe des deux .p12
`,
  en: `usage: terr-esante simulator [--http-port N] [--smtp-port N] [--out DIR]

The far side on 127.0.0.1 only, until it is interrupted: HTTPS for dossiers and counts, SMTP with STARTTLS for deposits.
Prints one line of JSON when it is ready.

  --http-port N, --smtp-port N  fixed ports; free ones by default
  --out DIR                     leaves what a client needs: config.json (for createClient), ca.pem, the fictive card
                                (card.p12) and structure (structure.p12, structure.pem, structure-key.pem); the line
                                then holds the passwords of the two .p12
`,
};

/** Leaves what a client needs. @returns the passwords of the two PKCS#12 files */
async function leaveFiles(simulator: Simulator, out: string): Promise<{ card: string; structure: string }> {
  const card = simulator.hierarchy.professional.signature;
  const structure = simulator.hierarchy.structure.authentication;
  const contents = {
    'config.json': `${JSON.stringify(fictiveConfig(simulator), null, 2)}\n`,
    'ca.pem': simulator.caPem,
    'card.p12': card.pfx,
    'structure.p12': structure.pfx,
    'structure.pem': structure.certPem,
    'structure-key.pem': structure.keyPem,
  };

  const folder = await outputFolder(out);
  for (const [name, content] of Object.entries(contents)) {
    await leaveFile(join(folder, name), content);
  }
  return { card: card.password, structure: structure.password };
}

/** Opens a dossier that the holder of the fictive card may read. @returns who its patient is */
function openDossier(simulator: Simulator): Pick<ReturnType<typeof fictivePatient>, 'localId' | 'ins'> {
  const { localId, ins, traits } = fictivePatient();
  simulator.addDossier({ localId, ins, traits, members: [fictiveProfessional().nationalId] });
  return { localId, ins };
}

/** `terr-esante simulator` */
export const simulatorCommand: Command = async (args, io) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'http-port': { type: 'string' },
      'smtp-port': { type: 'string' },
      out: { type: 'string' },
      dossier: { type: 'boolean', default: false },
      'no-assertion': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const simulator = await createSimulator({
    httpPort: portNumber(values['http-port'], 'http-port', 0),
    smtpPort: portNumber(values['smtp-port'], 'smtp-port', 0),
    registryAssertion: values['no-assertion'] ? 'optional' : 'required',
  });
  try {
    const { httpUrl, smtp, depositAddress, registry } = simulator;
    const patient = values.dossier ? openDossier(simulator) : null;
    const passwords = values.out === undefined ? null : await leaveFiles(simulator, values.out);
    const more = { ...(patient && { patient }), ...(passwords && { passwords }) };
    io.out(`${JSON.stringify({ httpUrl, smtp, depositAddress, registry, ...more })}\n`);

    if (!io.signal.aborted) {
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
    }
  } finally {
    await simulator.close();
  }
  return 0;
};
