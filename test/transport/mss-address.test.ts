import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { checkMssAddress, parseMssAddress } from '../../src/transport/index.ts';

const ruleOf = (problem: string): string => `MSS-${problem.toUpperCase()}`;

describe('parseMssAddress', () => {
  it.each([
    ['prenom.nom@medecin.simulateur.mssante.fr', 'prenom.nom@medecin.simulateur.mssante.fr'],
    ['Service+1@CH-XYZ.MSSante.FR', 'Service+1@ch-xyz.mssante.fr'],
    ['documents@terr-esante.mssante.fr', 'documents@terr-esante.mssante.fr'],
    ['184059912345656@patient.mssante.fr', '184059912345656@patient.mssante.fr'],
  ])('takes %s', (text, address) => {
    expect(parseMssAddress(text).address).toBe(address);
  });

  it.each([
    ['', 'form'],
    ['a', 'form'],
    ['@b.mssante.fr', 'form'],
    ['a@b@c.mssante.fr', 'form'],
    ['a@b.mssante.fr,c@d.mssante.fr', 'form'],
    ['a@b.mssante.fr c@d.mssante.fr', 'form'],
    ['a@b.mssante.fr\n', 'form'],
    ['a@b.mssante.fr\r\nBcc: evil@e.com', 'form'],
    ['a@b.mssante.fr>\r\nRCPT TO:<evil@e.com', 'form'],
    ['a@b.mssante.fr\0', 'form'],
    ['"a b"@c.mssante.fr', 'form'],
    ['a(comment)@c.mssante.fr', 'form'],
    ['Nom <a@c.mssante.fr>', 'form'],
    ['<a@c.mssante.fr>', 'form'],
    ['groupe: a@c.mssante.fr;', 'form'],
    ['a@c.mssante.fr;size=1', 'form'],
    ['é@c.mssante.fr', 'form'],
    ['a@ç.mssante.fr', 'form'],
    ['a@\u212a.mssante.fr', 'form'],
    ['a\u200b@c.mssante.fr', 'form'],
    ['a@c.mssante\uff0efr', 'form'],
    ['a@c.mssante.fr\u202e', 'form'],
    [`${'a'.repeat(65)}@c.mssante.fr`, 'form'],
    ['evil%40e.com@c.mssante.fr!', 'form'],
    // Second destinations that old relays read in the local part.
    ['victime%ailleurs.example@c.mssante.fr', 'form'],
    ['ailleurs!victime@c.mssante.fr', 'form'],
    ['@relais.mssante.fr:victime@c.mssante.fr', 'form'],
    ['a@mssante.fr', 'domain'],
    ['a@xmssante.fr', 'domain'],
    ['a@c.mssante.fr.evil.com', 'domain'],
    ['a@c-mssante.fr', 'domain'],
    ['a@c.mssante.com', 'domain'],
    ['a@c.mssant\u0065\u0301.fr', 'form'],
    ['a@.mssante.fr', 'domain'],
    ['a@c..mssante.fr', 'domain'],
    ['a@-c.mssante.fr', 'domain'],
    ['a@c.mssante.fr.', 'domain'],
    ['.a@c.mssante.fr', 'dots'],
    ['a.@c.mssante.fr', 'dots'],
    ['a..b@c.mssante.fr', 'dots'],
    ['prenom.nom@patient.mssante.fr', 'patient'],
    ['123456789012345@patient.mssante.fr', 'patient'],
    ['184059912345657@PATIENT.mssante.fr', 'patient'],
  ])('refuses %j (%s)', (text, problem) => {
    expect(checkMssAddress(text)).toMatchObject({ ok: false, findings: [{ rule: ruleOf(problem), path: 'address' }] });
    expect(() => parseMssAddress(text)).toThrow(
      expect.objectContaining({
        code: 'TE_ADDRESS_INVALID',
        retryable: false,
        details: { problem },
        findings: [expect.objectContaining({ rule: ruleOf(problem) })],
      }),
    );
  });

  it('never quotes what it refuses', () => {
    try {
      parseMssAddress('canari.dupont@evil.example');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('canari');
    }
  });

  it('takes nothing that is not plain ASCII of one address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const text = `${before}a@c.mssante.fr${after}`;
        expect(!checkMssAddress(text).ok || /^[A-Za-z0-9._%+-]+@[a-z0-9.-]+$/i.test(text)).toBe(true);
      }),
    );
  });

  it('stays quick on long input', () => {
    expect(checkMssAddress(`${'a.'.repeat(500_000)}@c.mssante.fr`).findings[0]?.rule).toBe('MSS-FORM');
    expect(checkMssAddress(`a@${'a.'.repeat(100)}mssante.fr`)).toEqual({ ok: true, findings: [] });
  });
});
