/**
 * The address of one mailbox in a header field or a report field: alone, between angle brackets,
 * with a display name, comments, a quoted local part or an old source route. `null` for none, for
 * several and for what is malformed: two readers could then see two senders.
 *
 * @see RFC 5322, sections 3.4 and 4.4
 */
export function mailboxAddress(value: string): string | null {
  const tokens = tokensOf(value.slice(0, maxLength));
  if (!tokens) return null;

  const opened = tokens.indexOf('<');
  if (opened < 0) return addressSpec(tokens);

  // Nothing follows the angle brackets, and a display name holds no second address.
  const closed = tokens.indexOf('>');
  const name = tokens.slice(0, opened);
  if (closed !== tokens.length - 1 || tokens.lastIndexOf('<') !== opened || name.some(isSpecial)) return null;

  const inside = tokens.slice(opened + 1, closed);
  return addressSpec(inside[0] === '@' ? inside.slice(inside.indexOf(':') + 1) : inside);
}

const maxLength = 4_000;

/** What separates addresses or begins a part of one. A display name of the field often has `.`. */
const isSpecial = (token: string): boolean => ['@', ',', ':', ';', '<', '>'].includes(token);

const token = /"(?:[^"\\]|\\.)*"|[<>@,:;]|[^\s"<>@,:;()\\]+/sy;

/** Words, quoted texts and separators; comments and blanks are left out. */
function tokensOf(value: string): string[] | null {
  const tokens: string[] = [];
  let at = 0;

  while (at < value.length) {
    const character = value.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    if (character === '(') {
      at = afterComment(value, at);
      if (at < 0) return null;
      continue;
    }

    token.lastIndex = at;
    const [found] = token.exec(value) ?? [];
    if (found === undefined) return null;
    tokens.push(found);
    at += found.length;
  }
  return tokens;
}

/** Where a comment ends: comments are nested. `-1` when it does not. */
function afterComment(value: string, start: number): number {
  let depth = 0;

  for (let at = start; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;

    if (depth === 0) return at + 1;
  }
  return -1;
}

/** `local@domain`, blanks around its parts forgotten as the obsolete form allows. */
function addressSpec(tokens: readonly string[]): string | null {
  const [local = '', at, domain = ''] = tokens;
  if (tokens.length !== 3 || at !== '@' || isSpecial(local) || isSpecial(domain)) return null;

  const isDomain =
    /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?)(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*$/u;
  if (!isDomain.test(domain)) return null;

  const address = `${unquoted(local)}@${domain}`;
  return address.length <= 320 ? address : null;
}

/** `"jean.dupont"` is `jean.dupont`; what needs its quotation marks keeps them. */
function unquoted(local: string): string {
  const plain = /^"(?<text>[\w!#$%&'*+/=?^`{|}~.-]+)"$/.exec(local)?.groups?.['text'];
  return plain ?? local;
}
