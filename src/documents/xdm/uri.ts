import type { ZipEntry } from '../../internal/zip/index.ts';

/**
 * The file that the URI of an entry names, without regard to case: against the folder of the
 * metadata (IHE ITI TF-3, section 4.2.3.2.27), then its parent, then the root of the archive. The
 * text is tried as it stands, then with its percent signs decoded.
 *
 * Path traversal in an archive (zip slip): a URI that climbs with `..` names no file, nor does one
 * that names another machine or scheme; the names of the archive itself are refused when it is
 * opened.
 */
export function resolveUri(files: ReadonlyMap<string, ZipEntry>, folder: string, uri: string): ZipEntry | undefined {
  const parent = folder.replace(/[^/]+\/$/, '');

  for (const text of [uri, percentDecoded(uri)]) {
    const path = text === null ? null : relativePath(text);
    if (path === null) continue;

    const bases = path.isAbsolute ? [''] : [folder, parent, ''];
    for (const base of bases) {
      const found = files.get(`${base}${path.path}`.toUpperCase());
      if (found) return found;
    }
  }
  return undefined;
}

/** The path of a URI and whether it begins at the root; `null` when it is elsewhere or climbs. */
function relativePath(uri: string): { readonly path: string; readonly isAbsolute: boolean } | null {
  const text = uri
    .replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/i, '')
    .replaceAll('\\', '/')
    .normalize('NFC');
  const parts = text.split('/').filter((part) => part !== '.');
  if (/^\/\//.test(text) || /^[A-Za-z][\w+.-]*:/.test(text) || parts.includes('..')) return null;

  const isAbsolute = parts[0] === '';
  return { path: (isAbsolute ? parts.slice(1) : parts).join('/'), isAbsolute };
}

/** `null` when there is nothing to decode, or what is there is no encoding. */
function percentDecoded(uri: string): string | null {
  if (!uri.includes('%')) return null;

  try {
    return decodeURIComponent(uri);
  } catch {
    return null;
  }
}
