/**
 * Rows of a table that is published as a variant of another one (the `-dmp` tables), written as the
 * base and the differences, in the order of the variant:
 *
 * - `=12⇥code⇥system`: twelve rows of the base, from the row of that code on;
 * - `+row`: a row that the base does not have.
 *
 * @param columns - how many columns the variant takes from the base
 * @throws Error when the base is not the one that the differences were made for
 */
export function deriveRows(base: string, columns: number, differences: string): string {
  const source = base
    .trim()
    .split('\n')
    .map((row) => row.split('\t').slice(0, columns));
  const rows: string[] = [];

  for (const line of differences.trim().split('\n')) {
    if (line.startsWith('+')) {
      rows.push(line.slice(1));
      continue;
    }

    const [count, code, system] = line.slice(1).split('\t');
    const first = source.findIndex((row) => row[0] === code && row[1] === system);
    if (first === -1) throw new Error(`the base has no row ${code} ${system}`);

    rows.push(...source.slice(first, first + Number(count)).map((row) => row.join('\t')));
  }

  return rows.join('\n');
}
