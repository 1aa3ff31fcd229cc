/**
 * Characters that no shell gives a meaning to. `\` parts folders on Windows and escapes elsewhere.
 */
const plain = /^[\p{L}\p{N}_./:=@+,-]+$/u;
const plainOnWindows = /^[\p{L}\p{N}_./:\\-]+$/u;

/**
 * A path as one word of a command that somebody pastes: in quotes when it holds a blank or a sign
 * of the shell. On Windows double quotes serve cmd and PowerShell alike; PowerShell alone gives `$`
 * and the backtick a meaning inside them, and is then given a single-quoted word.
 */
export function shellWord(path: string, platform: NodeJS.Platform = process.platform): string {
  // A word that begins with a dash would be an option.
  const word = path.startsWith('-') ? `./${path}` : path;

  if (platform !== 'win32') return plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  if (plainOnWindows.test(word)) return word;
  return /[$`]/.test(word) ? `'${word.replaceAll("'", "''")}'` : `"${word}"`;
}
