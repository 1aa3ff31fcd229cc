/** HTML that is already escaped: only this file makes it. */
export type Html = string & { readonly __html: true };

// What a browser may interpret; tab and line ends stay.
const controls = /[\0-\x08\x0B\x0C\x0E-\x1F]/g;

/**
 * Text of a page or of a quoted attribute. Control characters that a browser may interpret are left
 * out.
 */
export function escapeHtml(value: string): Html {
  return value
    .replaceAll(controls, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;') as Html;
}

/** One element; attributes are escaped, children are HTML already. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> | null,
  ...children: readonly (Html | null | undefined)[]
): Html {
  const written = Object.entries(attributes ?? {})
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeHtml(value)}"`))
    .join('');

  return `<${name}${written}>${children.filter(Boolean).join('')}</${name}>` as Html;
}

export function join(parts: readonly (Html | null | undefined)[]): Html {
  return parts.filter(Boolean).join('') as Html;
}
