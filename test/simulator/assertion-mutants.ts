import { signed, type Means, type Parts } from '../attack/saml/forge.ts';
import { formatName } from '../../src/auth/certificates/dn.ts';
import { readCertificate } from '../../src/auth/certificates/x509.ts';
import type { TestIdentity } from '../../src/testing/index.ts';

/** One damaged or forged assertion. */
export interface Mutant {
  readonly what: string;
  readonly document: string;
}

/** A generator of numbers from a seed (mulberry32): the same seed makes the same mutants. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomOf>;
const pick = <T>(random: Random, all: readonly T[]): T => all[random(all.length)]!;

/** Who signs: the card, the structure in the two indirect modes, keys that must not. */
interface Signer {
  readonly name: string;
  readonly identity: Pick<TestIdentity, 'certDer' | 'keyPem'>;
  readonly mode: 'DIRECTE' | 'INDIRECTE' | 'INDIRECTE_RENFORCEE';
}

function signersOf(means: Means): Signer[] {
  const { professional, structure } = means.pki;
  return [
    { name: 'card', identity: professional.signature, mode: 'DIRECTE' },
    { name: 'card', identity: professional.signature, mode: 'DIRECTE' },
    { name: 'card', identity: professional.signature, mode: 'DIRECTE' },
    { name: 'structure', identity: structure.signature, mode: 'INDIRECTE' },
    { name: 'structure', identity: structure.signature, mode: 'INDIRECTE_RENFORCEE' },
    { name: 'structure', identity: structure.signature, mode: 'DIRECTE' },
    { name: 'card', identity: professional.signature, mode: 'INDIRECTE' },
    { name: 'authentication key', identity: professional.authentication, mode: 'DIRECTE' },
    { name: 'expired card', identity: means.expired, mode: 'DIRECTE' },
    { name: 'other hierarchy', identity: means.foreign.professional.signature, mode: 'DIRECTE' },
    { name: 'production', identity: means.production.professional.signature, mode: 'DIRECTE' },
    { name: 'issued by a card', identity: means.issuedByCard, mode: 'DIRECTE' },
    { name: 'self-signed', identity: means.selfSigned, mode: 'DIRECTE' },
  ];
}

type Bare = Omit<Parts, 'id' | 'signature'>;

/** The honest assertion as this signer would write it: its name as issuer, its mode. */
function asWrittenBy({ identity, mode }: Signer, { open, issuer, body }: Parts): Bare {
  const name = formatName(readCertificate(identity.certDer).subject).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const subject =
    '<saml2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:subject-id"><saml2:AttributeValue>X</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>';
  const modal = body.replace('>DIRECTE<', `>${mode}<`);
  return {
    open,
    issuer: issuer.replace(/>[^<]*<\/saml2:Issuer>/, `>${name}</saml2:Issuer>`),
    body:
      mode === 'DIRECTE' || modal.includes('subject:subject-id')
        ? modal
        : modal.replace('</saml2:AttributeStatement>', subject),
  };
}

const tag = /<(?!\/)[^<>]+>/g;
const values: readonly string[] = [
  '',
  ' ',
  'x',
  '0',
  '1',
  'NaN',
  '2.0',
  '3.0',
  '4.0',
  'DIRECTE',
  'INDIRECTE',
  'SA07^1.2.250.1.71.4.2.4',
  'SA07',
  '2026-03-02T08:15:00Z',
  '2026-03-02T08:15Z',
  '2026-03-02T08:15:00.123Z',
  '2026-03-02T08:15:00+00:00',
  '2026-02-30T08:15:00Z',
  '2026-03-02T24:00:00Z',
  '2025-03-02T08:15:00Z',
  '2027-03-02T08:15:00Z',
  '899900000029',
  '899900000011',
  '10',
  '31',
  'normal',
  'bris_de_glace',
  '1.2.250.1.71.1.2.7',
  '279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH',
  '279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^INS',
  'PAT^^^&amp;2.999&amp;ISO^PI',
  '499900000011001',
  '1750000018',
  'urn:exemple',
  'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches',
  'é\u0085\u2028\u00A0',
  '&#xD;&#xA;&#x9;',
];
const foreign: readonly string[] = [
  '<x:y xmlns:x="urn:x"></x:y>',
  '<saml2:Advice></saml2:Advice>',
  '<saml2:OneTimeUse></saml2:OneTimeUse>',
  '<saml2:AudienceRestriction><saml2:Audience>urn:autre</saml2:Audience></saml2:AudienceRestriction>',
  '<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"></saml2:SubjectConfirmation>',
  '<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotOnOrAfter="2026-03-02T09:00:00Z"></saml2:SubjectConfirmationData></saml2:SubjectConfirmation>',
  '<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData Recipient="urn:autre"></saml2:SubjectConfirmationData></saml2:SubjectConfirmation>',
  '<saml2:Attribute Name="Autre"><saml2:AttributeValue>x</saml2:AttributeValue></saml2:Attribute>',
  '<saml2:Attribute Name="Authentification_mode"><saml2:AttributeValue>DIRECTE</saml2:AttributeValue></saml2:Attribute>',
  '<saml2:Attribute Name="VIHF_Version"><saml2:AttributeValue>3.0</saml2:AttributeValue></saml2:Attribute>',
  '<saml2:AttributeValue>x</saml2:AttributeValue>',
  '<saml2:NameID>899900000029</saml2:NameID>',
  'x',
  '\n  ',
  '<!--x-->',
  '<?x y?>',
  '<![CDATA[x]]>',
];
const attributes: readonly string[] = [
  ' Format="urn:x"',
  ' Id="x"',
  ' NameQualifier="urn:x"',
  ' NotBefore="2027-01-01T00:00:00Z"',
  ' NotOnOrAfter="2020-01-01T00:00:00Z"',
  ' SessionNotOnOrAfter="2020-01-01T00:00:00Z"',
  ' Recipient="urn:x"',
  ' SPNameQualifier="x"',
  ' xml:lang="fr"',
  ' xmlns:u="urn:u"',
  ' FriendlyName="x"',
  ' SessionIndex="1"',
];

/** What a damage does to a text; it may leave it as it is. */
type Damage = (text: string, random: Random) => string;

function replaceAt(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

/** The element that begins with this tag, to the end of its end tag. */
function elementAt(text: string, at: number): string {
  const name = /^<([\w:]+)/.exec(text.slice(at))?.[1] ?? '';
  const end = text.indexOf(`</${name}>`, at);
  return end < 0 ? '' : text.slice(at, end + name.length + 3);
}

/** Damages one of the places that the pattern finds; a text without any stays as it is. */
function anywhere(
  pattern: RegExp,
  change: (text: string, at: number, found: readonly string[], random: Random) => string,
): Damage {
  return (text, random) => {
    const all = [...text.matchAll(pattern)];
    if (all.length === 0) return text;

    const match = pick(random, all);
    return change(text, match.index, [...match], random);
  };
}

const attribute = / [\w:]+="[^"]*"/g;
const attributeValue = /="([^"]*)"/g;
const textBetween = />([^<>]+)</g;

const damages: Readonly<Record<string, Damage>> = {
  'element removed': anywhere(tag, (text, at) => replaceAt(text, at, elementAt(text, at).length, '')),
  'element twice': anywhere(tag, (text, at) => replaceAt(text, at, 0, elementAt(text, at))),
  'elements swapped': anywhere(tag, (text, at) => {
    const first = elementAt(text, at);
    const second = elementAt(text, at + first.length);
    return replaceAt(text, at, first.length + second.length, second + first);
  }),
  'element put in': anywhere(tag, (text, at, [start = ''], random) =>
    replaceAt(text, random(2) === 0 ? at : at + start.length, 0, pick(random, foreign)),
  ),
  'element renamed': anywhere(tag, (text, at, _, random) => {
    const whole = elementAt(text, at);
    const name = /^<([\w:]+)/.exec(whole)?.[1] ?? '\0';
    const other = pick(random, ['saml2:Audience', 'saml2:NameID', 'saml2:X', name.toLowerCase()]);
    return replaceAt(text, at, whole.length, whole.replaceAll(name, other));
  }),
  'attribute removed': anywhere(attribute, (text, at, [found = '']) => replaceAt(text, at, found.length, '')),
  'attribute put in': anywhere(tag, (text, at, [start = ''], random) =>
    replaceAt(text, at + start.length - 1, 0, pick(random, attributes)),
  ),
  'attribute changed': anywhere(attributeValue, (text, at, [, found = ''], random) =>
    replaceAt(text, at + 2, found.length, pick(random, values)),
  ),
  'text changed': anywhere(textBetween, (text, at, [, found = ''], random) =>
    replaceAt(text, at + 1, found.length, pick(random, values)),
  ),
  'text lengthened': anywhere(textBetween, (text, at, _, random) =>
    replaceAt(text, at + 1, 0, pick(random, [' ', '\n', 'A', 'é', '&#65;', '\u00A0'])),
  ),
  'character changed': (text, random) =>
    replaceAt(
      text,
      random(text.length),
      1,
      pick(random, ['<', '>', '&', '"', "'", '=', '/', ' ', 'x', 'é', '\0', '\n']),
    ),
  cut: (text, random) => text.slice(0, random(text.length)),
};

/** What is done to the whole text once it is signed. */
const wholes: Readonly<Record<string, Damage>> = {
  ...damages,
  'base64 broken over lines': (text) => text.replace(/(<ds:X509Certificate>[^<]{64})/, '$1\n'),
  'white space in the signature': (text) => text.replaceAll('<ds:', '\n<ds:'),
  'XML declaration': (text) => `<?xml version="1.0" encoding="UTF-8"?>${text}`,
  'XML declaration of Latin-1': (text) => `<?xml version="1.0" encoding="ISO-8859-1"?>${text}`,
  'XML 1.1': (text) => `<?xml version="1.1"?>${text}`,
  'byte order mark': (text) => `\uFEFF${text}`,
  'in an envelope': (text) =>
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">' +
    `${text}</w:Security></s:Header><s:Body/></s:Envelope>`,
  'in an envelope of SOAP 1.1': (text) =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>${text}</s:Header></s:Envelope>`,
  'in another element': (text) => `<a>${text}</a>`,
  twice: (text) => `<a>${text}${text}</a>`,
  'white space around': (text) => `\n ${text}\n`,
  'nothing at all': () => '',
};

/** Mutants of an honest assertion: signed again with any key, damaged before or after. */
export function mutants(means: Means, count: number, seed: number): Mutant[] {
  const random = randomOf(seed);
  const signers = signersOf(means);
  const out: Mutant[] = [];

  for (let index = 0; index < count; index += 1) {
    const signer = pick(random, signers);
    const { certDer: certificate, keyPem: key } = signer.identity;
    let bare = asWrittenBy(signer, means.parts);
    const done = [`${signer.name} ${signer.mode}`];

    // Before the signature: the signer means it. Every third is left alone.
    for (let times = random(3); times > 0; times -= 1) {
      const [name, damage] = pick(random, Object.entries(damages));
      const part = pick(random, ['open', 'issuer', 'body', 'body', 'body', 'body'] as const);
      bare = { ...bare, [part]: damage(bare[part], random) };
      done.push(`${name} in ${part}`);
    }
    let document = signed(means, bare, { key, certificate });

    // After it: somebody on the way.
    if (random(3) === 0) {
      const [name, damage] = pick(random, Object.entries(wholes));
      document = damage(document, random);
      done.push(`then ${name}`);
    }
    out.push({ what: done.join(', '), document });
  }
  return out;
}
