/** A size as a person reads it, in French: `39,1 ko`, `12 Mo`. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, 'ko'] : [1e6, 'Mo'];
  return `${(bytes / unit).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} ${name}`;
}
