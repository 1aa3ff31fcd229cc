import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { explainAssertion } from '../../src/auth/index.ts';
import { certificateFaults } from '../../src/auth/certificates/faults.ts';
import type { Finding } from '../../src/errors.ts';
import { rules } from '../../src/conformance/index.ts';
import { checkXdm } from '../../src/documents/index.ts';
import { checkCompleteness } from '../../src/identity/index.ts';
import { xmlFaults } from '../../src/internal/xml/index.ts';
import { archiveFaults } from '../../src/internal/zip/faults.ts';
import { checkConfig } from '../../src/platform/index.ts';
import { fixedRuntime } from '../auth/vihf-fixtures.ts';

/** Names that are written the same in both languages. */
const names = /éO|Terr-eSanté|MSSanté|IGC-Santé|IGC Santé|Pro Santé Connect|Espace Santé/g;
/** What is quoted or looks like a code, an address or a path is a value, in either language. */
const values = /« [^»]* »|"[^"]*"|`[^`]*`|\S*[\d/@:_=<>{}]\S*/g;

/**
 * Two words or more, in small letters, that follow each other in the sentences of both languages.
 */
function sharedProse(french: string, english: string): string[] {
  const pairs = (text: string): string[] => {
    const words = text
      .replaceAll(names, '§')
      .replaceAll(values, '§')
      .split(/[\s,;.()]+/);
    return words
      .slice(1)
      .map((word, index) => `${words[index]} ${word}`)
      .filter((pair) => /^[\p{Ll}'-]{2,} [\p{Ll}'-]{2,}$/u.test(pair));
  };
  const inFrench = new Set(pairs(french));
  return pairs(english).filter((pair) => inFrench.has(pair));
}

/**
 * Small words and accents of French, which no English sentence needs outside of a name or a value.
 */
function french(english: string): string[] {
  const words = english
    .replaceAll(names, '')
    .replaceAll(values, '')
    .split(/[\s,;:.()]+/);
  return words.filter((word) => /[à-öø-ÿœ]|^(?:le|la|les|des|du|une|est|et|avec|pour|dans|qui|[dln]'.*)$/i.test(word));
}

const ofRule = new Map(rules().map((row) => [row.id, row]));

/**
 * French in the English sentences of a finding which its rule does not hold: a value brought it.
 */
function frenchByValues({ rule, message, messageEn, fix, fixEn }: Finding): string[] {
  const row = ofRule.get(rule);
  const own = new Set(row && [...sharedProse(row.fr, row.en), ...sharedProse(row.fix.fr, row.fix.en)]);
  const shared = [...sharedProse(message, messageEn), ...sharedProse(fix, fixEn)].filter((pair) => !own.has(pair));
  return [...shared, ...french(messageEn), ...french(fixEn)];
}

/**
 * Values of a finding, in a source, that are prose: a text with a blank, the message of an error.
 */
function proseIn(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const places: string[] = [];

  const isProse = (node: ts.Expression): boolean =>
    (ts.isStringLiteralLike(node) && /\s/.test(node.text)) ||
    (ts.isPropertyAccessExpression(node) && /^message/.test(node.name.text));
  /** What may be quoted: places that stand in sentences of one language only. */
  const oneLanguage = new Set(['label', 'sentence']);

  const visit = (node: ts.Node): void => {
    const isValues =
      (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.name.getText() === 'values';
    if (isValues && node.initializer && ts.isObjectLiteralExpression(node.initializer)) {
      for (const property of node.initializer.properties) {
        if (!ts.isPropertyAssignment(property) || oneLanguage.has(property.name.getText())) continue;
        if (isProse(property.initializer)) places.push(`${path}: ${property.getText()}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  return places;
}

describe('the two languages of a finding', () => {
  it('are told apart', () => {
    expect(sharedProse('XML refusé : balise mal formée.', 'The XML is refused: balise mal formée.')).not.toEqual([]);
    expect(sharedProse('Le champ a/b est absent.', 'The field a/b is missing.')).toEqual([]);
    expect(french("The XML is refused: trop d'éléments.")).toEqual(["d'éléments"]);
    expect(french('Ask the support of Terr-eSanté.')).toEqual([]);
    expect(proseIn('a.ts', "finding(a, 'A', { values: { reason: 'trop long' } });")).toHaveLength(1);
    expect(proseIn('a.ts', 'const values = { reason: error.message, label: "Nom de naissance" };')).toHaveLength(1);
    expect(proseIn('a.ts', "finding(a, 'A', { values: { code: 'TE_XML_INVALID', size } });")).toEqual([]);
  });

  it('do not mix in a sentence of a catalogue', () => {
    const sentences = rules().flatMap(({ id, en, fix, cases }) => [
      { id, english: en },
      { id, english: fix.en },
      ...cases.map((situation) => ({ id: `${id} ${situation.key}`, english: situation.en })),
    ]);
    expect(sentences.length).toBeGreaterThan(600);
    expect(sentences.filter(({ english }) => french(english).length > 0)).toEqual([]);
  });

  it('each have a sentence for each reason of a reader', () => {
    for (const table of [xmlFaults, archiveFaults, certificateFaults]) {
      for (const [code, { fr, en }] of Object.entries(table)) {
        expect({ code, french: [...sharedProse(fr, en), ...french(en)] }).toEqual({ code, french: [] });
        expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      }
    }
  });

  it('are not mixed by the values of a finding', () => {
    const places = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
      .map((path) => [path, readFileSync(path, 'utf8')] as const)
      .filter(([, text]) => /\bvalues\b/.test(text) && /\bfinding\(/.test(text))
      .flatMap(([path, text]) => proseIn(path, text));
    expect(places).toEqual([]);
  });
});

const assertion = (inside: string): string =>
  `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1">${inside}</saml2:Assertion>`;

describe('the English sentence of hostile input', () => {
  const policy = { anchors: [], runtime: fixedRuntime() };

  it.each([
    '',
    'a',
    '<a',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<p:a/>',
    '<a:b:c/>',
    '<a xmlns:p=""/>',
    '<a>&b;</a>',
    '<a>&#1;</a>',
    '<a>\u0001</a>',
    '<a>]]></a>',
    '<a><!-- --></a>',
    '<a><?b?></a>',
    '<!DOCTYPE a><a/>',
    '<?xml version="1.1"?><a/>',
    '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
    '<a>'.repeat(50),
    '<a/>'.repeat(10_001),
    `<a ${Array.from({ length: 40 }, (_, index) => `b${index}=""`).join(' ')}/>`,
    ' '.repeat(2_000_000),
    assertion(''),
    assertion('<a/>'.repeat(501)),
  ])('of a VIHF is English: case %#', async (text) => {
    const { findings } = await explainAssertion(text, policy);
    expect(findings).not.toEqual([]);

    expect(findings.flatMap(frenchByValues)).toEqual([]);
  });

  it('of a patient, a configuration and an archive is English', async () => {
    const reports = [
      checkCompleteness({} as never),
      checkCompleteness({ traits: { birthName: '-', birthFirstNames: ['2'], sex: 'X' }, ins: { value: 'é' } } as never),
      checkConfig({} as never),
      checkConfig({ modules: { poste: { enabled: false } }, quai: { domainName: '^' } } as never),
      await checkXdm(Buffer.from('PK')),
      await checkXdm(Buffer.alloc(100)),
    ];
    for (const { findings } of reports) {
      expect(findings).not.toEqual([]);
      expect(findings.flatMap(frenchByValues)).toEqual([]);
    }
  });
});
