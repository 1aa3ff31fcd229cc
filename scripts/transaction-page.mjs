// Lays out the messages that stand in docs/transactions, one page for each transaction.
const [begin, end] = ['<!-- message -->', '<!-- end of message -->'];

/** An element on a line of its own, or with its text; what the assertion holds is left out. */
export function laidOut(xml) {
  const short = xml.replace(/(<(saml2?:)Assertion\b[^>]*>)[\s\S]*?<\/\2Assertion>/, '<$2Assertion>…</$2Assertion>');
  const lines = [];
  let depth = 0;
  for (const [token, text] of short.matchAll(/<[^>]*>|([^<]+)/g)) {
    const isEnd = token.startsWith('</');
    const [name] = /[\w:.-]+/.exec(token) ?? [''];
    if (text !== undefined) lines.push({ depth, token, isText: true });
    else if (isEnd) closed(lines, (depth -= 1), token, name);
    else lines.push({ depth: token.endsWith('/>') ? depth : depth++, token, name });
  }
  return lines.map(({ depth: inner, token }) => `${'  '.repeat(inner)}${token}`).join('\n');
}

/** The end of an element beside its beginning where only a text, or nothing, is between. */
function closed(lines, depth, token, name) {
  const [before, last] = [lines.at(-2), lines.at(-1)];
  if (last?.name === name && last.depth === depth && !last.isWhole) {
    lines.splice(-1, 1, { depth, token: `${last.token}${token}`, isWhole: true });
  } else if (last?.isText && before?.name === name && before.depth === depth) {
    lines.splice(-2, 2, { depth, token: `${before.token}${last.token}${token}`, isWhole: true });
  } else lines.push({ depth, token });
}

/** A page with the message that it shows put between its marks. */
export function withMessage(page, { contentType, envelope }) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error('a page of a transaction has no place for its message');

  const block = (language, text) => `\`\`\`${language}\n${text}\n\`\`\`\n\n`;
  const head = contentType === null ? '' : block('text', `content-type: ${contentType}`);
  const shown = `${begin}\n\n${head}${block('xml', laidOut(envelope))}`;
  return `${page.slice(0, from)}${shown}${page.slice(to)}`;
}
