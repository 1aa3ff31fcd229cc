import { checkCda, readCda, readCdaSource, renderCda } from '../../../src/documents/index.ts';
import type { ReadAttachment } from '../../../src/documents/read/read.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { collect, sha1Hex } from '../../../src/internal/bytes.ts';
import { documents } from '../documents.ts';
import { secrets } from '../people.ts';
import { must, type Target } from '../target.ts';
import { xmlWords } from './xml.ts';

const words: readonly string[] = [
  ...xmlWords,
  '<ClinicalDocument xmlns="urn:hl7-org:v3">',
  '</ClinicalDocument>',
  '<recordTarget>',
  '</recordTarget>',
  '<patientRole>',
  '<author>',
  '</author>',
  '<section>',
  '</section>',
  '<component>',
  '</component>',
  '<nonXMLBody>',
  '</nonXMLBody>',
  '<structuredBody>',
  '<text mediaType="application/pdf" representation="B64">',
  '</text>',
  'representation="B64"',
  'mediaType="text/html"',
  '<table><tr><td colspan="99999">',
  '<linkHtml href="javascript:alert(1)">x</linkHtml>',
  '<renderMultiMedia referencedObject="a"/>',
  '<reference value="#pb1"/>',
  '<templateId root="1.2.250.1.213.1.1.1.13"/>',
  '<relatedDocument typeCode="RPLC"><parentDocument><id root="2.999.1"/></parentDocument></relatedDocument>',
  'extension="279035121518989"',
  'root="1.2.250.1.213.1.4.8"',
  '20260230',
  '20260302101500+0100',
  'qualifier="BR"',
  'code="SYNTH"',
  '====',
];

const seeds = async (): Promise<readonly Uint8Array[]> => (await documents()).map(({ cda }) => cda);
const base = { seeds, dictionary: words, secrets };

async function contents(attachments: readonly ReadAttachment[]): Promise<string[]> {
  const out: string[] = [];
  for (const { content } of attachments) {
    if (content === null) {
      out.push('broken');
      continue;
    }
    try {
      const bytes = await collect(content.open());
      must(bytes.length === content.byteLength, 'an attachment has the length announced');
      out.push(sha1Hex(bytes));
    } catch (error) {
      if (!isTerrESanteError(error)) throw error;
      out.push(error.code);
    }
  }
  return out;
}

export const cda: Target = {
  ...base,
  name: 'cda',
  async read(bytes) {
    const { attachments, ...rest } = readCda(bytes);
    return { ...rest, contents: await contents(attachments) };
  },
};

/** The reading for documents larger than the memory says the same as the other. */
export const cdaSource: Target = {
  ...base,
  name: 'cda-source',
  async read(bytes, seed) {
    const size = 1 + (seed % 4_000);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    const { attachments, ...rest } = await readCdaSource({
      byteLength: bytes.length,
      async *open() {
        yield* chunks;
      },
    });
    const streamed = JSON.stringify(rest);
    const whole = (() => {
      try {
        const { attachments: _, ...others } = readCda(bytes);
        return JSON.stringify(others);
      } catch (error) {
        if (!isTerrESanteError(error)) throw error;
        // Its limits are lower.
        return null;
      }
    })();
    if (whole !== null) must(whole === streamed, 'both readings agree');
    return { streamed, contents: await contents(attachments) };
  },
};

/** Tags of the page, by name and attributes. */
const tag = /<\/?([a-zA-Z][^\s/>]*)((?:"[^"]*"|[^">])*)>/g;
const activeNames = /^(?:script|iframe|object|embed|link|base|form|svg|math|video|audio|img|style|input|button|meta)$/i;

export const render: Target = {
  ...base,
  name: 'render',
  read(bytes) {
    const page = renderCda(bytes);
    for (const [, name = '', attributes = ''] of page.matchAll(tag)) {
      const known = /^(?:meta|style)$/.test(name) && page.indexOf(`<${name}`) < page.indexOf('<body');
      must(known || !activeNames.test(name), `an inert page (${name})`);
      must(
        !/\son\w+\s*=|javascript:|data:text|expression\(/i.test(attributes.replaceAll(/"[^"]*"/g, '""')),
        'no handler',
      );
      must(!/(?:href|src|action|style)\s*=\s*"\s*(?:javascript|data|vbscript):/i.test(attributes), 'no active address');
    }
    return page;
  },
};

export const checkedCda: Target = {
  ...base,
  name: 'check-cda',
  findings: true,
  async read(bytes, seed) {
    const codeSet = seed % 2 === 0 ? 'current' : 'eo-9.05';
    const { findings } = await checkCda(bytes, { codeSet });
    for (const { rule, path, message, messageEn } of findings) {
      must(
        [rule, path, message, messageEn].every((part) => part !== ''),
        'a finding says what, where and why',
      );
    }
    return findings;
  },
};

export const cdaTargets: readonly Target[] = [cda, cdaSource, render, checkedCda];
