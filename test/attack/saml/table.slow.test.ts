import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { beforeAll, describe, expect, it } from 'vitest';
import { isTerrESanteError } from '../../../src/errors.ts';
import { verifyAssertion } from '../../../src/auth/index.ts';
import { fixedRuntime } from '../../auth/vihf-fixtures.ts';
import { corpus, type Attack } from './corpus.ts';
import { prepare, type Means } from './forge.ts';
import { naive, type NaiveAnswer } from './naive.ts';

const page = new URL('../../../docs/attaques-saml.md', import.meta.url);

let means: Means;
beforeAll(async () => {
  means = await prepare();
});

interface Row {
  readonly id: string;
  readonly family: string;
  readonly rule: string;
  readonly configured: NaiveAnswer;
  readonly embedded: NaiveAnswer;
}

async function rows(attacks: readonly Attack[]): Promise<Row[]> {
  const out: Row[] = [];
  for (const { id, family, document, policy, rules } of attacks) {
    const found = await verifyAssertion(document, {
      anchors: means.pki.anchors,
      runtime: fixedRuntime(),
      ...policy,
    }).then(
      () => [],
      (error: unknown) => (isTerrESanteError(error) ? (error.details['rules'] as string[]) : []),
    );
    out.push({
      id,
      family,
      rule: found.find((rule) => rules.includes(rule)) ?? 'ACCEPTED',
      configured: naive(document, means.pki.professional.signature.certPem),
      embedded: naive(document, null),
    });
  }
  return out;
}

function markdown(all: readonly Row[]): string {
  const count = (column: 'configured' | 'embedded', answer?: NaiveAnswer): number =>
    all.filter((row) => (answer ? row[column] === answer : row[column] !== 'refused')).length;
  const table = (lines: readonly string[][], head: readonly string[]): string =>
    [
      `| ${head.join(' | ')} |`,
      `|${head.map(() => ' --- |').join('')}`,
      ...lines.map((cells) => `| ${cells.join(' | ')} |`),
    ].join('\n');
  const answers = [
    'accepted: VICTIM',
    'accepted: cut subject',
    'accepted: other subject',
    'accepted: honest subject',
  ] as const;
  return `# Attacks on a signed assertion, and what answers them

${all.length} documents are made by code in \`test/attack/saml\` and given to \`verifyAssertion\`: none is accepted, and each is
refused for the reason it tests. The last two columns say what xml-crypto answers when it is used as in a tutorial: find
the first \`Signature\`, check it, read the first \`NameID\` of the document; with the signer's certificate configured, or
with the certificate that the document brings along. An attack that the naive use refuses too, or reads rightly, may still
work against another reader.

This is no fault of xml-crypto: it checks what it is asked to check. Certificates, dates, receiver and meaning are the
caller's part, and so is reading only what was signed.

${table(
  [
    ['accepted', String(count('configured')), String(count('embedded'))],
    ...answers.map((answer) => [
      answer.replace('accepted: ', 'of which reads: '),
      String(count('configured', answer)),
      String(count('embedded', answer)),
    ]),
  ],
  [`of ${all.length}`, 'certificate configured', 'certificate of the document'],
)}

${table(all.map(cells), ['family', 'document', 'refused by', 'naive, configured', 'naive, embedded'])}

Made by \`UPDATE_DOCS=1 npm run test:slow -- test/attack/saml\`; the same test checks a
sample of this page at each run.
`;
}

const cells = ({ family, id, rule, configured, embedded }: Row): string[] => [
  family,
  id,
  `\`${rule}\``,
  configured,
  embedded,
];

describe('docs/attaques-saml.md', () => {
  it('lists the whole corpus, and says what every tenth document really meets', { timeout: 300_000 }, async () => {
    if (process.env['UPDATE_DOCS'] === '1') {
      const text = markdown(await rows(corpus(means)));
      writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
    }
    const published = readFileSync(page, 'utf8')
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .filter((line) => line.length === 5)
      .slice(2);
    const attacks = corpus(means);
    expect(published.map(([family, id]) => [family, id])).toEqual(attacks.map(({ family, id }) => [family, id]));
    const sample = attacks.filter((_, index) => index % 10 === 0);
    expect((await rows(sample)).map(cells)).toEqual(published.filter((_, index) => index % 10 === 0));
  });
});
