import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { explainAssertion, type AssertionExplanation } from '../auth/index.ts';
import { runtimeAt } from '../internal/runtime.ts';
import { findingText } from './finding-text.ts';
import { FileFailure, missing, refuseUsage, tooMany, unknownWord } from './failure.ts';
import { safeJson } from './inspect/rows.ts';
import type { Command } from './io.ts';
import { say, type Language } from './language.ts';
import { anchorsOf, instant, leaveFile, outputFolder, smallFile } from './options.ts';

const help = {
  fr: `usage: terr-esante vihf explain FICHIER [--ca PEM] [--at INSTANT] [--audience NOM] [--resource URN]
                                [--canonical DOSSIER] [--json] [--lang fr|en]

Dit pas à pas pourquoi un VIHF est refusé : la règle, l'endroit, les empreintes comparées, la cause probable, ce qu'il faut
faire. FICHIER est l'assertion seule ou dans son enveloppe SOAP 1.2. --ca : certificats des autorités (ceux qui se signent
eux-mêmes font confiance). --at : instant du contrôle (ISO 8601, maintenant par défaut). --audience : le service visé ; sans
elle, une restriction à un service est seulement dite. --canonical écrit dans DOSSIER les octets condensés et signés ; ils
portent des données personnelles.

code de sortie : 0 rien de pire que des alertes, 1 refusé, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante vihf explain FILE [--ca PEM] [--at TIME] [--audience NAME] [--resource URN] [--canonical DIR] [--json]

Says step by step why a VIHF is refused: the rule, the place, the digests compared, the likely cause, what to do.
FILE is the assertion alone or in its SOAP 1.2 envelope. --ca: certificates of the authorities (self-signed ones are
trusted). --at: time of the check (ISO 8601, now by default). --audience: the service it should be for; without it, a
restriction to a service is only mentioned. --canonical writes the bytes that are hashed and signed to
DIR; they hold personal data.

exit code: 0 nothing worse than warnings, 1 refused, 2 unusable input or usage.
`,
};

const marks = { ok: '✓', warning: '!', failed: '✗', 'not-reached': '·' } as const;

function asText({ steps, findings, signature }: AssertionExplanation, lang: Language | undefined): string {
  const lines = steps.map(({ title, state }) => `${marks[state]} ${title}`);
  if (signature) {
    lines.push(
      '',
      `empreinte annoncée   ${signature.claimedDigest}`,
      `empreinte calculée   ${signature.computedDigest}`,
      `empreinte signée     ${signature.signedDigest ?? '(illisible avec la clé du certificat)'}`,
      `empreinte SignedInfo ${signature.computedSignedInfoDigest}`,
    );
  }
  return `${lines.join('\n')}\n${findings.map((finding) => `\n${findingText(finding, lang)}`).join('')}`;
}

/** What is no XML at all is no assertion to explain: a PDF, an archive, a text. */
function requireMarkup(file: string, bytes: Uint8Array): void {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (start.startsWith('%PDF-')) throw noAssertion(file, 'un PDF');
  if (start.startsWith('PK')) throw noAssertion(file, 'une archive ZIP');

  // A mark of the encoding, white space, then a tag; UTF-16 has zeros between.
  const text = start.replace(/^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)/, '').replaceAll('\0', '');
  if (!text.trimStart().startsWith('<')) throw noAssertion(file, 'autre chose que du XML');
}

function noAssertion(file: string, found: string): FileFailure {
  return new FileFailure(file, 'TE_INPUT_INVALID', `Ce fichier est ${found} : une assertion VIHF est un document XML.`);
}

/** `terr-esante vihf explain` */
export const vihfCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ca: { type: 'string' },
      at: { type: 'string' },
      audience: { type: 'string' },
      resource: { type: 'string' },
      canonical: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const [verb, file, ...more] = positionals;
  if (verb !== 'explain') return refuseUsage(io, args, help, unknownWord(verb, ['explain']));
  if (file === undefined) return refuseUsage(io, args, help, missing('FICHIER'));
  if (more[0] !== undefined) return refuseUsage(io, args, help, tooMany(more[0]));

  const anchors = await anchorsOf(values.ca);
  const bytes = await smallFile(file, 16_000_000);
  requireMarkup(file, bytes);
  const explanation = await explainAssertion(bytes, {
    anchors,
    ...(values.at !== undefined && { runtime: runtimeAt(instant(values.at)) }),
    audience: values.audience,
    resourceUrn: values.resource,
    bystander: values.audience === undefined,
  });

  if (values.canonical !== undefined && explanation.signature) {
    await outputFolder(values.canonical);
    const { canonicalAssertion, canonicalSignedInfo } = explanation.signature;
    await leaveFile(join(values.canonical, 'assertion.c14n.xml'), canonicalAssertion);
    await leaveFile(join(values.canonical, 'signed-info.c14n.xml'), canonicalSignedInfo);
  }

  io.out(values.json ? `${safeJson(explanation)}\n` : asText(explanation, io.lang));
  return explanation.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
};
