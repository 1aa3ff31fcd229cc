import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { explainAssertion, type AssertionExplanation } from '../auth/index.ts';
import { runtimeAt } from '../internal/runtime.ts';
import { findingText } from './finding-text.ts';
import type { Command } from './io.ts';
import { anchorsOf, instant, leaveFile, outputFolder, smallFile } from './options.ts';

const help = `usage: terr-esante vihf explain FILE [--ca PEM] [--at TIME] [--audience NAME] [--resource URN] [--canonical DIR] [--json]

Says step by step why a VIHF is refused: the rule, the place, the digests compared, the likely cause, what to do.
FILE is the assertion alone or in its SOAP 1.2 envelope. --ca: certificates of the authorities (self-signed ones are
trusted). --at: time of the check (ISO 8601, now by default). --audience: the service it should be for; without it, a
restriction to a service is only mentioned. --canonical writes the bytes that are hashed and signed to
DIR; they hold personal data.

exit code: 0 nothing worse than warnings, 1 refused, 2 unusable input or usage.
`;

const marks = { ok: '✓', warning: '!', failed: '✗', 'not-reached': '·' } as const;

function asText({ steps, findings, signature }: AssertionExplanation): string {
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
  return `${lines.join('\n')}\n${findings.map((finding) => `\n${findingText(finding)}`).join('')}`;
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
    io.out(help);
    return 0;
  }

  const [verb, file, ...more] = positionals;
  if (verb !== 'explain' || file === undefined || more.length > 0) {
    io.err(help);
    return 2;
  }

  const anchors = await anchorsOf(values.ca);
  const explanation = await explainAssertion(await smallFile(file, 16_000_000), {
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

  io.out(values.json ? `${JSON.stringify(explanation, null, 2)}\n` : asText(explanation));
  return explanation.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
};
