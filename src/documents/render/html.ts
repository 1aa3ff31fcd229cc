/** HTML that is already escaped: only this file makes it. */
export type Html = string & { readonly __html: true };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text of a page or of a quoted attribute. Control characters that a browser may interpret are left
 * out.
 */
export function escapeHtml(value: string): Html {
  return value
    .replaceAll(/[\0-\x08\x0B\x0C\x0E-\x1F]/g, '')
    .replaceAll(/[&<>"']/g, (one) => escapes[one] ?? '') as Html;
}

/** One element; attributes are escaped, children are HTML already. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> | null,
  ...children: readonly (Html | null | undefined)[]
): Html {
  const written = Object.entries(attributes ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeHtml(value ?? '')}"`)
    .join('');
  return `<${name}${written}>${children.filter(Boolean).join('')}</${name}>` as Html;
}

export function join(parts: readonly (Html | null | undefined)[]): Html {
  return parts.filter(Boolean).join('') as Html;
}
