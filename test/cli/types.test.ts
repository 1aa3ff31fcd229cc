import { describe, expect, it } from 'vitest';
import { typesCommand } from '../../src/cli/types.ts';
import { jsonLines, runCli } from '../helpers/cli.ts';

describe('terr-esante types', () => {
  it.each([
    ['lettre adress', '96349-6'],
    ['LETTRE ADRESSAGE', '96349-6'],
    ['synthese', 'SYNTH'],
    ['SYNTHÈSE', 'SYNTH'],
    ['cert_d', 'CERT_DECL'],
    ['18748', '18748-4'],
    ['29551-9', '29551-9'],
  ])('%s finds %s', async (query, code) => {
    const { code: exit, out } = await runCli(typesCommand, query.split(' '));
    expect(exit).toBe(0);
    expect(out).toContain(`${code}  `);
  });

  it('says class, system, and the successor of a retired type', async () => {
    const { out } = await runCli(typesCommand, ['29551-9', '--json']);
    expect(jsonLines(out)).toEqual([
      {
        code: '29551-9',
        codeSystem: '2.16.840.1.113883.6.1',
        displayName: 'Prescription de médicaments (non codée)',
        active: false,
        validUntil: '2017-10-13',
        successor: '57833-6',
        classCode: '42',
        className: 'Prescription',
        inDmp: null,
      },
    ]);
    expect((await runCli(typesCommand, ['29551-9'])).out).toContain('retiré le 2017-10-13, voir 57833-6');
  });

  it('finds types by the label of their class, after those found by their own', async () => {
    const { code, out } = await runCli(typesCommand, ['compte', 'rendu', '--limit', '200', '--json']);
    expect(code).toBe(0);
    const found = jsonLines(out) as { code: string; className: string }[];
    expect(found.length).toBeGreaterThan(20);
    expect(found.map(({ code: one }) => one)).toContain('DOCPAT05');
    expect(found.every(({ className }) => className.startsWith('Compte rendu'))).toBe(true);
    expect(new Set(found.map(({ code: one }) => one)).size).toBe(found.length);
  });

  it('judges on the day asked for', async () => {
    const [type] = jsonLines((await runCli(typesCommand, ['29551-9', '--on', '2016-01-01', '--json'])).out);
    expect(type).toMatchObject({ active: true });
  });

  it('finds nothing, with exit code 1', async () => {
    const { code, out, err } = await runCli(typesCommand, ['zzz']);
    expect([code, out]).toEqual([1, '']);
    expect(err).not.toBe('');
    expect(await runCli(typesCommand, ['zzz', '--json'])).toMatchObject({ code: 1, out: '' });
  });

  it('keeps to the limit, and is not slowed by a hostile query', async () => {
    expect(jsonLines((await runCli(typesCommand, ['--limit', '3', '--json'])).out)).toHaveLength(3);
    expect((await runCli(typesCommand, ['e\u0301'.repeat(100_000)])).code).toBe(1);
    expect((await runCli(typesCommand, ['__proto__'])).code).toBe(1);
  });

  it.each([[['--on', '2026-02-30', 'x']], [['--on', 'hier', 'x']], [['--limit', '0', 'x']], [['--limit', '1e3', 'x']]])(
    '%j is a wrong use',
    async (args) => {
      await expect(runCli(typesCommand, args)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    },
  );
});
