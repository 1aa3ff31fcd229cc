/** A header value with parameters, such as a content type. */
export interface HeaderValue {
  /** Before the first semicolon, lower case. */
  readonly value: string;
  /** Names in lower case; of one given twice, the first. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A parameter: between quotes everything counts, `\` before a quote; else up to a semicolon. */
const parameter = /;\s*(?:(?<name>[^\s=;"]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^;"]*)))?/y;

/**
 * Reads a header value with its parameters, quoted or not.
 *
 * @see RFC 2045, section 5.1, and RFC 2387 (multipart/related)
 */
export function parseHeaderValue(text: string): HeaderValue {
  const [value = ''] = text.split(';', 1);
  const parameters = new Map<string, string>();

  parameter.lastIndex = value.length;
  for (let match = parameter.exec(text); match; match = parameter.exec(text)) {
    const { name, quoted, plain } = match.groups ?? {};
    if (name === undefined || parameters.has(name.toLowerCase())) continue;
    parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain?.trim() ?? '');
  }
  return { value: value.trim().toLowerCase(), parameters };
}
