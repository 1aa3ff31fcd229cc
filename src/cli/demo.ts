import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isTerrESanteError } from '../errors.ts';
import { fictivePatient } from '../testing/index.ts';
import { Output } from './demo/output.ts';
import { journeyWires, type JourneyWire } from './demo/journey/wires.ts';
import { runDemo } from './demo/run.ts';
import { printFailure } from './failure.ts';
import { findingText } from './finding-text.ts';
import { safeJson } from './inspect/rows.ts';
import type { Command } from './io.ts';
import { say } from './language.ts';
import { smallFile, usageError } from './options.ts';
import { patientFile } from './patient-file.ts';
import { shellWord } from './shell-word.ts';

const help = {
  fr: `usage: terr-esante demo [--out DOSSIER] [--pdf FICHIER] [--patient FICHIER] [--code-set eo-9.05|current]
                        [--wire simulator|soap|fhir|all|none] [--json]

Raconte toute l'histoire pour de vrai avec une plateforme simulée sur 127.0.0.1, et des personnes fictives par défaut :
chaque type de document, du PDF au dossier, puis le parcours d'un cabinet sur chaque liaison.

  --out DOSSIER      y laisse identity.json, document.pdf, vihf.xml, vihf-ca.pem, letter/…, summary.json
  --pdf FICHIER      la lettre à déposer au lieu de celle de la démonstration
  --patient FICHIER  JSON de PatientInput au lieu du patient fictif
  --code-set JEU     types de document par défaut : ceux de la plateforme par défaut
  --wire LIAISON     la liaison du parcours : simulator, soap, fhir, toutes (all, par défaut) ou aucune (none)
  --json             affiche le résumé en une ligne de JSON
  --lang fr|en       langue de cette aide et des erreurs
`,
  en: `usage: terr-esante demo [--out DIR] [--pdf FILE] [--patient FILE] [--code-set eo-9.05|current]
                        [--wire simulator|soap|fhir|all|none] [--json]

Tells the whole story for real against a simulated platform on 127.0.0.1, with fictive people by default: each type of
document from the PDF to the platform, then the journey of a practice over each wire.

  --out DIR       leaves identity.json, document.pdf, vihf.xml, vihf-ca.pem, letter/…, summary.json there
  --pdf FILE      the letter to deposit instead of the one of the demo
  --patient FILE  JSON of PatientInput instead of the fictive patient
  --code-set SET  default document types: the platform's own by default
  --wire WIRE     the wire of the journey: simulator, soap, fhir, all (by default) or none
  --json          prints the summary as JSON
`,
};

function wiresOf(word: string): readonly JourneyWire[] {
  if (word === 'all') return journeyWires;
  const found = journeyWires.filter((wire) => wire === word);
  if (found.length > 0 || word === 'none') return found;
  throw usageError('--wire : simulator, soap, fhir, all ou none.', '--wire: simulator, soap, fhir, all or none.');
}

/** `terr-esante demo` */
export const demoCommand: Command = async (args, io) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      pdf: { type: 'string' },
      patient: { type: 'string' },
      'code-set': { type: 'string' },
      wire: { type: 'string', default: 'all' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const codeSet = values['code-set'];
  if (codeSet !== undefined && codeSet !== 'eo-9.05' && codeSet !== 'current') {
    throw usageError('--code-set : eo-9.05 ou current.');
  }

  const wires = wiresOf(values.wire);
  const tell = (text: string): void => (values.json ? io.err(text) : io.out(text));

  const patient = values.patient === undefined ? fictivePatient() : await patientFile(values.patient, 'patient');
  const pdf = values.pdf === undefined ? null : await smallFile(values.pdf, 200_000_000);

  try {
    const summary = await runDemo({ patient, pdf, codeSet, wires, output: new Output(values.out ?? null), say: tell });

    if (values.json) io.out(`${safeJson(summary)}\n`);
    else if (values.out !== undefined) {
      const { out } = values;
      const word = (name: string): string => shellWord(join(out, name));
      io.out(
        `\nLes pièces de l'histoire sont dans ${out}. Pour les relire :\n` +
          `  terr-esante inspect ${word('letter/IHE_XDM.zip')}\n` +
          `  terr-esante check ${word('vihf.xml')} --ca ${word('vihf-ca.pem')}\n`,
      );
    }
    return 0;
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;

    await printFailure(io, args, error);
    if (!values.json) for (const found of error.findings) io.err(findingText(found, io.lang));
    return 1;
  }
};
