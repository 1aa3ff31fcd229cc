import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/cli/shell-word.ts';

const paths = [
  'demo-out/vihf.xml',
  '/tmp/été/a b/vihf.xml',
  'l\'envoi d\'un "test"/x.xml',
  '$(touch never)/`id`/$HOME',
  'a;b|c&d*e?f#g%h!i~j',
  '-rf/x',
  'blank at the end ',
];

describe('a path in a command that somebody pastes', () => {
  it.skipIf(process.platform === 'win32').each(paths)('%j is one word of a POSIX shell', (path) => {
    const said = execFileSync('/bin/sh', ['-c', `printf '%s' ${shellWord(path, 'linux')}`], { encoding: 'utf8' });
    expect(said).toBe(path.startsWith('-') ? `./${path}` : path);
  });

  it('is left as it is when it needs nothing', () => {
    expect(shellWord('demo-out/vihf.xml', 'linux')).toBe('demo-out/vihf.xml');
    expect(shellWord('C:\\Démo\\vihf.xml', 'win32')).toBe('C:\\Démo\\vihf.xml');
  });

  it('stands in the quotes that cmd and PowerShell share', () => {
    expect(shellWord('C:\\Mes documents\\vihf.xml', 'win32')).toBe('"C:\\Mes documents\\vihf.xml"');
    expect(shellWord('C:\\a&b\\c^d(e),f', 'win32')).toBe('"C:\\a&b\\c^d(e),f"');
    // In double quotes PowerShell would replace these.
    expect(shellWord("C:\\l'an $2026\\x", 'win32')).toBe("'C:\\l''an $2026\\x'");
  });
});
