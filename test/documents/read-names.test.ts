import { describe, expect, it } from 'vitest';
import { readCda, renderCda } from '../../src/documents/index.ts';

/** A document whose patient has these `name` elements. */
const documentOf = (names: string, author = ''): Uint8Array =>
  Buffer.from(
    `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:x="urn:other"><recordTarget><patientRole><id root="2.999.1" extension="1"/>` +
      `<patient>${names}<birthTime value="19850115"/></patient></patientRole></recordTarget>${author}` +
      `<component><nonXMLBody><text mediaType="text/plain">x</text></nonXMLBody></component></ClinicalDocument>`,
  );

/** Names, the words that must be found again, and how many of them are no trait. */
const shapes: readonly (readonly [shape: string, names: string, words: readonly string[], left: number])[] = [
  ['the usual one', '<name><family qualifier="BR">ALPHA</family><given>BETA</given></name>', ['ALPHA', 'BETA'], 0],
  [
    'an adopted name',
    '<name><family qualifier="AD">ALPHA</family><given qualifier="BR">BETA</given></name>',
    ['ALPHA', 'BETA'],
    0,
  ],
  [
    'a title as qualifier',
    '<name><family qualifier="NB">ALPHA</family><given qualifier="AC">BETA</given></name>',
    ['ALPHA', 'BETA'],
    1,
  ],
  ['one text', '<name>ALPHA BETA</name>', ['ALPHA', 'BETA'], 1],
  ['a text beside a part', '<name>ALPHA <given>BETA</given></name>', ['ALPHA', 'BETA'], 1],
  [
    'a text between parts',
    '<name><family qualifier="BR">ALPHA</family>GAMMA<given>BETA</given></name>',
    ['ALPHA', 'BETA', 'GAMMA'],
    1,
  ],
  [
    'a name as separator',
    '<name><delimiter>ALPHA</delimiter><given qualifier="BR">BETA</given><delimiter> - </delimiter></name>',
    ['ALPHA', 'BETA'],
    1,
  ],
  ['a CDATA', '<name><![CDATA[ALPHA]]></name>', ['ALPHA'], 1],
  [
    'a second name',
    '<name use="L"><family qualifier="BR">ALPHA</family></name><name use="P"><family>GAMMA</family></name>',
    ['ALPHA', 'GAMMA'],
    1,
  ],
  [
    'a pseudonym first',
    '<name use="P"><given>GAMMA</given></name><name use="L"><family>ALPHA</family></name>',
    ['ALPHA', 'GAMMA'],
    1,
  ],
  [
    'a second name that is one text',
    '<name><family>ALPHA</family></name><name>GAMMA DELTA</name>',
    ['ALPHA', 'GAMMA DELTA'],
    1,
  ],
  [
    'further given names',
    '<name><family>ALPHA</family><given qualifier="BR">BETA</given><given qualifier="CL">GAMMA</given><given qualifier="CL">DELTA</given></name>',
    ['ALPHA', 'BETA', 'GAMMA', 'DELTA'],
    1,
  ],
  [
    'several family names',
    '<name><family qualifier="BR">ALPHA</family><family qualifier="BR">GAMMA</family><family qualifier="SP">DELTA</family></name>',
    ['ALPHA', 'GAMMA', 'DELTA'],
    0,
  ],
  ['a part inside a part', '<name><family>DE <x:part>ALPHA</x:part></family></name>', ['DE ALPHA'], 0],
  ['an empty name first', '<name nullFlavor="UNK"/><name><family>ALPHA</family></name>', ['ALPHA'], 0],
  ['a search form', '<name use="SRCH"><family>ALPHA</family></name>', ['ALPHA'], 0],
  ['given names only', '<name><given>BETA</given></name>', ['BETA'], 0],
];

describe('the names of a patient', () => {
  it.each(shapes)('are all read: %s', (_, names, words, left) => {
    // A qualifier that is none of a trait is told, even when the name is taken for one.
    const told = [...names.matchAll(/qualifier="(?:AD|NB|AC)"/g)].length;
    const read = readCda(documentOf(names));
    const patient = JSON.stringify(read.header.patient);
    const page = renderCda(read);
    for (const word of words) {
      expect(patient).toContain(word);
      expect(page).toContain(word);
    }
    expect(read.header.patient.otherNames ?? []).toHaveLength(left);
    expect(read.findings.map(({ rule, severity }) => [rule, severity])).toEqual(
      Array.from({ length: Math.max(left, told) }, () => ['CDA-PATIENT-NAME-LEFT', 'warning']),
    );
    expect(JSON.stringify(read.findings)).not.toMatch(/ALPHA|BETA|GAMMA|DELTA/);
  });

  it('does not stop at an empty name of another person', () => {
    const author =
      '<author><assignedAuthor><id root="2.999.2"/><assignedPerson><name/><name><family>AUTEUR</family></name></assignedPerson></assignedAuthor></author>';
    const read = readCda(documentOf('<name>ALPHA</name>', author));
    expect(read.header.authors[0]?.name?.family).toBe('AUTEUR');
  });
});
