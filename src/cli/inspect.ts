import { parseArgs } from 'node:util';
import type { FileKind } from '../conformance/index.ts';
import { detectKind, refuseRewrittenMail } from '../conformance/detect.ts';
import type { RandomAccessSource } from '../documents/index.ts';
import { TerrESanteError } from '../errors.ts';
import { collect } from '../internal/bytes.ts';
import { describeCda } from './inspect/cda.ts';
import { describeDatamatrix, isDatamatrix } from './inspect/datamatrix.ts';
import { describeMail } from './inspect/mail.ts';
import { describeWire } from './inspect/message.ts';
import { isMultipart } from '../conformance/message/index.ts';
import { describeMetadata } from './inspect/metadata.ts';
import { rowsText, safeJson, type Description } from './inspect/rows.ts';
import { describeVihf } from './inspect/vihf.ts';
import { describeXdm } from './inspect/xdm.ts';
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

type Kind = FileKind | 'datamatrix' | 'message';

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

/** A content that has to be read whole, and its limit in megabytes. */
const wholeLimits: Readonly<Partial<Record<Kind, number>>> = {
  metadata: 64,
  vihf: 16,
  mail: 64,
  message: 64,
};

async function whole(source: RandomAccessSource, kind: Kind): Promise<Uint8Array> {
  const limit = (wholeLimits[kind] ?? 1) * 1024 * 1024;
  if (source.byteLength > limit) {
    throw new TerrESanteError('TE_TOO_LARGE', 'Le fichier est trop grand pour être lu.', {
      details: { bytes: source.byteLength, limit },
    });
  }

  return collect(source.open());
}

async function describe(kind: Kind, source: RandomAccessSource): Promise<Description | null> {
  switch (kind) {
    case 'cda':
      return describeCda(source);
    case 'xdm':
      return describeXdm(source);
    case 'metadata':
      return describeWire(await whole(source, kind), describeMetadata);
    case 'vihf':
      return describeWire(await whole(source, kind), describeVihf);
    case 'message':
      return describeWire(await whole(source, kind), () => null);
    case 'mail': {
      const bytes = await whole(source, kind);
      refuseRewrittenMail(bytes);
      return describeMail(bytes);
    }
    case 'datamatrix':
      return describeDatamatrix(await whole(source, kind));
    case 'identity':
      throw new TerrESanteError('TE_UNSUPPORTED', 'Une identité JSON se contrôle avec terr-esante identity check.');
  }
}

/** The kind by the first bytes; what is XML of another kind may still be a message. */
function kindOf(head: Uint8Array, isWhole: boolean): Kind | null {
  if (isMultipart(Buffer.from(head))) return 'message';

  const detected = detectKind(head);
  if (detected !== null) return detected;
  if (isWhole && isDatamatrix(head)) return 'datamatrix';
  return /^\uFEFF?\s*</.test(Buffer.from(head.subarray(0, 64)).toString('utf8')) ? 'message' : null;
}

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

  const described = await describe(kind, source);
  if (described === null) return refuseContent(path);
  const { rows, data } = described;
  if (values.json) io.out(`${safeJson({ kind, ...data })}\n`);
  else io.out(rowsText([{ label: kindNames[kind], value: `${String(source.byteLength)} octets`, rows }]));
  return 0;
};
