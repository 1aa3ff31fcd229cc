import { parseArgs } from 'node:util';
import { collect } from '../internal/bytes.ts';
import { describeFile, kindOf, type Kind } from './inspect/file.ts';
import { rowsText, safeJson } from './inspect/rows.ts';
import { FileFailure, missing, refuseUsage, tooMany } from './failure.ts';
import type { Command } from './io.ts';
import { say } from './language.ts';
import { namedFile } from './options.ts';

const help = {
  fr: `usage: terr-esante inspect FICHIER [--json] [--lang fr|en]

Dit ce que contient un fichier, sans le juger : CDA, METADATA.XML, archive XDM, VIHF, message (dépôt ou rapport), message SOAP
(requête, réponse, refus, XDS, PIX, PDQ, MTOM), texte d'un datamatrix INS. Le genre se reconnaît au contenu. Ce qui est
affiché porte les données du patient ; les erreurs jamais. terr-esante check dit ce qui ne va pas. --json : une ligne de JSON.

code de sortie : 0 lu, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante inspect FILE [--json]

Says what a file holds, without judging it: CDA, METADATA.XML, XDM archive, VIHF, mail (deposit or report), SOAP message (request,
answer, fault, XDS, PIX, PDQ, MTOM), text of an INS datamatrix. The kind is told by the content. What is printed holds the data of the patient; errors never do.
terr-esante check says what is wrong.

exit code: 0 read, 2 unusable input or usage.
`,
};

const kindNames: Readonly<Record<Kind, string>> = {
  identity: 'Identité',
  cda: 'Document CDA R2',
  metadata: 'Métadonnées XDS',
  xdm: 'Archive IHE XDM',
  vihf: 'Assertion VIHF',
  mail: 'Message',
  datamatrix: 'Datamatrix INS',
  message: 'Message SOAP',
};

/** @throws FileFailure `TE_INPUT_INVALID` */
function refuseContent(path: string): never {
  throw new FileFailure(
    path,
    'TE_INPUT_INVALID',
    'Contenu non reconnu : CDA, METADATA.XML, archive XDM, VIHF, message SOAP, mail ou datamatrix INS attendu.',
  );
}

/** `terr-esante inspect` */
export const inspectCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const [path, ...others] = positionals;
  if (path === undefined) return refuseUsage(io, args, help, missing('FICHIER'));
  if (others[0] !== undefined) return refuseUsage(io, args, help, tooMany(others[0]));

  const source = await namedFile(path);
  const head = await collect(source.read(0, Math.min(65_536, source.byteLength)));
  const kind = kindOf(head, source.byteLength === head.length) ?? refuseContent(path);

  const described = await describeFile(kind, source);
  if (described === null) return refuseContent(path);
  const { rows, data, kind: told = kind } = described;
  if (values.json) io.out(`${safeJson({ kind: told, ...data })}\n`);
  else io.out(rowsText([{ label: kindNames[told], value: `${String(source.byteLength)} octets`, rows }]));
  return 0;
};
