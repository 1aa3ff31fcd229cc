// One-change mutants of a METADATA.XML, each with what was changed. All of them are listed in one order; a
// seed chooses among them.

const token = /<(\/?)([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;

/** A tree of our own output: no comment, no CDATA, no entity beyond the five. */
function parse(xml) {
  const root = { name: '', attributes: [], children: [] };
  const open = [root];
  for (const [, close, name, attributes, empty, text] of xml.replace(/^<\?[^?]*\?>\s*/, '').matchAll(token)) {
    const parent = open.at(-1);
    if (text !== undefined) {
      parent.children.push(text);
    } else if (close) {
      open.pop();
    } else {
      const pairs = [...attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
      const node = { name, attributes: pairs, children: [] };
      parent.children.push(node);
      if (!empty) open.push(node);
    }
  }
  return root.children.find((child) => typeof child !== 'string');
}

function write(node) {
  if (typeof node === 'string') return node;
  const attributes = node.attributes.map(([key, value]) => ` ${key}="${value}"`).join('');
  return `<${node.name}${attributes}>${node.children.map(write).join('')}</${node.name}>`;
}

/** Other values for a text: empty, doubled, other components, other shapes. */
function values(text) {
  const parts = text.split('^');
  const out = ['', `${text}x`, ` ${text}`, `${text}~${text}`, `^${text}`, text.slice(0, -1)];
  if (parts.length > 1) {
    out.push(`${text}^x`, parts.slice(0, -1).join('^'), parts.slice(1).join('^'), parts[0]);
    out.push(text.replace('^', '^^'), text.replace('^', '&amp;x^'));
  }
  if (text.includes('&amp;')) {
    out.push(text.replace('&amp;', 'NS&amp;'), text.replace('ISO', 'DNS'), text.replace('ISO', ''));
    out.push(text.replace(/&amp;[\d.]+&amp;/, '&amp;&amp;'), text.replace(/&amp;[\d.]+&amp;/, '&amp;1.02.3&amp;'));
    out.push(text.replaceAll('&amp;', ''), text.replace('ISO', 'ISO&amp;x'));
  }
  if (text.startsWith('PID-')) {
    for (const field of ['PID-0', 'PID-2', 'PID-12', 'PID-19', 'PID-40', 'PID-05', 'PID5', 'PID']) {
      out.push(text.replace(/^PID-\d+/, field));
    }
  }
  if (/^\d+$/.test(text)) out.push(`-${text}`, `${text}.5`, `${text}9999999`, '0');
  if (/^[\d.]+$/.test(text)) out.push(`urn:oid:${text}`, `${text}.`, `0${text}`, `${text}.01`);
  if (text.includes('/')) out.push(text.split('/')[0], `${text}; charset=UTF-8`, `${text}/`);
  if (text.includes('|')) out.push(`${text}|x`, text.replaceAll('|', ''), '||');
  return [...new Set(out)].filter((value) => value !== text);
}

const attributeValues = (name, text) => [
  ...values(text),
  text.toUpperCase(),
  ...(/^(?:classifiedObject|registryObject|sourceObject|targetObject)$/.test(name)
    ? ['Document01', 'SubmissionSet01', 'Nobody', 'urn:uuid:00000000-0000-4000-8000-00000000abcd']
    : []),
  ...(name === 'charset' ? ['UTF8', 'ISO-8859-1', 'utf-8'] : []),
  ...(name === 'objectType' ? ['urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248'] : []),
];

/** Every change of one place, as a function of a fresh copy of the tree. */
function* changes(node, path, steps) {
  const at = (root) => steps.reduce((current, step) => current.children[step], root);
  const label = node.attributes.find(([key]) => key === 'name' || key === 'id')?.[1];
  const here = `${path}/${node.name.replace(/^.*:/, '')}${label ? `[${label}]` : ''}`;

  for (const [index, [key, value]] of node.attributes.entries()) {
    if (key.startsWith('xmlns')) continue;
    yield [`${here}/@${key} dropped`, (root) => void at(root).attributes.splice(index, 1)];
    for (const other of attributeValues(key, value)) {
      if (other === value) continue;
      yield [`${here}/@${key} = ${other.slice(0, 60)}`, (root) => void (at(root).attributes[index][1] = other)];
    }
  }
  if (node.name === 'rim:RegistryPackage' || node.name === 'rim:ExtrinsicObject') {
    for (const status of ['Approved', 'Deprecated', 'Submitted']) {
      const value = `urn:oasis:names:tc:ebxml-regrep:StatusType:${status}`;
      yield [`${here}/@status = ${status}`, (root) => void at(root).attributes.push(['status', value])];
    }
    for (const home of ['urn:oid:1.2.3', '1.2.3']) {
      yield [`${here}/@home = ${home}`, (root) => void at(root).attributes.push(['home', home])];
    }
  }
  yield [`${here}/@unknown`, (root) => void at(root).attributes.push(['unknown', 'x'])];

  for (const [index, child] of node.children.entries()) {
    if (typeof child === 'string') {
      for (const other of values(child)) {
        yield [`${here}/text() = ${other.slice(0, 60)}`, (root) => void (at(root).children[index] = other)];
      }
      continue;
    }
    const name = child.name.replace(/^.*:/, '');
    const childLabel = child.attributes.find(([key]) => key === 'name' || key === 'id')?.[1] ?? String(index);
    const place = `${here}/${name}[${childLabel}]`;
    yield [`${place} dropped`, (root) => void at(root).children.splice(index, 1)];
    yield [
      `${place} twice`,
      (root) => void at(root).children.splice(index, 0, structuredClone(at(root).children[index])),
    ];
    yield [
      `${place} twice, new id`,
      (root) => void at(root).children.splice(index + 1, 0, renamed(at(root).children[index])),
    ];
    if (index + 1 < node.children.length) {
      yield [
        `${place} after the next`,
        (root) => {
          const { children } = at(root);
          [children[index], children[index + 1]] = [children[index + 1], children[index]];
        },
      ];
    }
    yield [
      `${place} and an unknown element`,
      (root) => void at(root).children.splice(index, 0, { name: 'rim:Foo', attributes: [], children: [] }),
    ];
    yield* changes(child, here, [...steps, index]);
  }
}

/** A copy whose ids are new, its references kept. */
function renamed(node) {
  const copy = structuredClone(node);
  for (const attribute of copy.attributes) if (attribute[0] === 'id') attribute[1] += 'bis';
  return copy;
}

/** A generator of whole numbers below a limit (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Mutants of one METADATA.XML: all of them, or as many as asked for, chosen by the seed. */
export function mutants(xml, { seed = 1, count = Infinity } = {}) {
  const tree = parse(xml);
  const all = [...changes(tree, '', [])];
  const next = random(seed);
  const chosen = [];
  while (all.length > 0 && chosen.length < count) chosen.push(...all.splice(next(all.length), 1));

  const seen = new Set([write(tree)]);
  return chosen.flatMap(([change, apply]) => {
    const copy = structuredClone(tree);
    apply(copy);
    const text = write(copy);
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ change, xml: `<?xml version="1.0" encoding="UTF-8"?>\n${text}` }];
  });
}
