import { describe, expect, it } from 'vitest';
import {
  descriptorOf,
  importQuaiParameters,
  productionDescriptor,
  simulatorDescriptor,
  unsureValues,
} from '../../src/platform/index.ts';
import { localPatientCx, professionalOf, structureOf } from '../../src/platform/config/people.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';

describe('importQuaiParameters', () => {
  it('reads keys in any case, and the misprint of the published guide', () => {
    expect(
      importQuaiParameters({
        URL: 'https://services.terr-esante.fr',
        DomaiName: ' CABINET ',
        DOMAINCODE: 'C1',
        domaintype: 'ISO',
        Oid: '2.999.1.10',
        eMailSecur: 'documents@terr-esante.mssante.fr',
        Autre: 'x',
      }),
    ).toEqual({
      url: 'https://services.terr-esante.fr',
      domainName: 'CABINET',
      domainCode: 'C1',
      domainType: 'ISO',
      oid: '2.999.1.10',
      eMailSecur: 'documents@terr-esante.mssante.fr',
    });
  });

  it('takes both spellings when they agree, refuses them when they do not', () => {
    expect(importQuaiParameters({ DomaiName: 'A', DomainName: 'A' }).domainName).toBe('A');
    expect(() => importQuaiParameters({ DomaiName: 'A', DomainName: 'B' })).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
    );
  });

  it('gives empty values for what is absent and ignores what is no text', () => {
    expect(importQuaiParameters({ oid: 3 as unknown as string, __proto__: 'x', constructor: 'y' })).toEqual({
      url: '',
      domainName: '',
      domainCode: '',
      domainType: '',
      oid: '',
      eMailSecur: '',
    });
  });
});

describe('importQuaiParameters, of an exported table', () => {
  const right = {
    url: 'https://services.terr-esante.fr',
    domainName: 'CABINET DU CHÂTEAU',
    domainCode: 'C=1',
    domainType: 'ISO',
    oid: '2.999.1.10',
    eMailSecur: 'documents@terr-esante.mssante.fr',
  };
  const lines = (sign: string, quote = '', end = '\r\n'): string =>
    [
      ['Paramètre', 'Valeur'],
      ['URL', right.url],
      [' DomaiName ', ` ${right.domainName} `],
      ['DOMAINCODE', right.domainCode],
      ['domaintype', right.domainType],
      ['Oid', right.oid],
      ['eMailSecur', right.eMailSecur],
      ['Autre', 'x'],
    ]
      .map(([key = '', value = '']) => `${quote}${key}${quote}${sign}${quote}${value}${quote}`)
      .join(end);
  const utf16 = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le');

  it.each<[string, string | Uint8Array]>([
    ['equal signs', lines('=')],
    ['equal signs and spaces', lines(' = ')],
    ['semicolons, as French spreadsheets write', lines(';')],
    ['semicolons and quotes', lines(';', '"')],
    ['semicolons and empty cells', lines(';').replaceAll('\r\n', ';;\r\n')],
    ['tabulations', lines('\t')],
    ['tabulations, quotes and spaces', lines('\t ', '"')],
    ['colons', lines(' : ')],
    ['ends of line of Unix', lines('=', '', '\n')],
    ['ends of line of an old Mac', lines('=', '', '\r')],
    ['empty lines and a title', `[Terr-eSanté]\r\n\r\n${lines('=')}\r\n\r\n`],
    ['a byte order mark', `\uFEFF${lines('=')}`],
    ['UTF-8', Buffer.from(lines(';'))],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${lines(';')}`)],
    ['UTF-16', utf16(lines(';'))],
    ['UTF-16, big end first', Buffer.from(utf16(lines(';'))).swap16()],
    ['Windows-1252', Buffer.from(lines(';'), 'latin1')],
    ['spaces that do not break', lines('=\u00A0')],
    ['a key twice with one value', `${lines('=')}\r\nDomainName=${right.domainName}`],
    ['a key that is empty once', `${lines('=')}\r\nDomainName=\r\nOID=  `],
  ])('reads %s', (_, table) => {
    expect(importQuaiParameters(table)).toEqual(right);
  });

  it.each<[string, string | Uint8Array]>([
    ['a key twice with two values', `${lines('=')}\r\noid=2.999.1.11`],
    ['two values in a row', lines(';').replace('2.999.1.10', '2.999.1.10;2.999.1.11')],
    ['two quoted values in a row', '"OID";"2.999.1.10";"2.999.1.11"'],
    ['UTF-16 without its mark', Buffer.from(lines(';'), 'utf16le')],
    ['more than any console holds', `OID=2.999.1.10\r\n${'x'.repeat(1_000_001)}`],
  ])('refuses %s, and repeats none of it', (_, table) => {
    let refusal: unknown;
    try {
      importQuaiParameters(table);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'TE_CONFIG_INVALID' });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain('2.999');
  });

  it('takes a quote, a prototype and a formula for what they are', () => {
    const hostile = 'DomainName="A ""B"" C"\r\n__proto__=x\r\nconstructor;y\r\nDomainCode==1+1\r\nurl';
    expect(importQuaiParameters(hostile)).toMatchObject({ domainName: 'A "B" C', domainCode: '=1+1', url: '' });
    expect(importQuaiParameters('')).toEqual(importQuaiParameters({}));
  });
});

describe('localPatientCx', () => {
  const config = fictiveConfig();
  const { oid } = config.quai;

  it('qualifies the identifier by the declared domain', () => {
    expect(localPatientCx(config, { system: oid, value: 'PAT-000123' })).toBe(
      `PAT-000123^^^CABINET-FICTIF&${oid}&ISO^PI`,
    );
  });

  it.each(['', 'A^B', 'A&B', 'A|B', 'A~B', 'A\\B', 'A\u0000B'])('refuses the identifier %j', (value) => {
    expect(() => localPatientCx(config, { system: oid, value })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });

  it('refuses an identifier of another domain', () => {
    expect(() => localPatientCx(config, { system: '2.999.7', value: 'PAT-000123' })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });
});

describe('people of a configuration', () => {
  it('derives the national identifier', () => {
    const config = fictiveConfig();
    expect(professionalOf(config).nationalId).toBe(`8${config.user.rpps ?? ''}`);
    expect(
      professionalOf({ ...config, user: { ...config.user, rpps: undefined, adeli: '751234567' } }).nationalId,
    ).toBe('0751234567');
    expect(() => professionalOf({ ...config, user: { ...config.user, rpps: undefined } })).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
    );
    expect(structureOf(config)).toMatchObject({ activitySector: 'SA07', practiceSetting: 'AMBULATOIRE' });
  });
});

describe('descriptors', () => {
  it('ships production and simulator, and says that qualification is not published', () => {
    expect(descriptorOf('production')).toBe(productionDescriptor);
    expect(descriptorOf('simulator')).toBe(simulatorDescriptor);
    expect(() => descriptorOf('qualification')).toThrow(expect.objectContaining({ code: 'TE_CONFIG_INVALID' }));
  });

  it.each([productionDescriptor, simulatorDescriptor])('$id carries evidence for every graded value', (descriptor) => {
    const confidences = new Set(['stated', 'standard', 'national-practice', 'inferred', 'assumption']);
    let graded = 0;
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('confidence' in value) {
        graded += 1;
        expect(confidences).toContain(value.confidence);
        expect((value as { evidence?: unknown }).evidence).toEqual(expect.stringMatching(/\S/));
        return;
      }
      Object.values(value).forEach(visit);
    };
    visit(descriptor);
    expect(graded).toBeGreaterThan(12);
  });

  it('keeps what is not published out of production: no endpoint, no URN, no binding but the mail and the national INSi', () => {
    expect(Object.keys(productionDescriptor.bindings)).toEqual(['documents.deposit', 'insi']);
    expect(productionDescriptor.vihf.resourceUrn.value).toBeNull();
    expect(unsureValues(productionDescriptor).map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'identity.regionalOid',
        'vihf.resourceUrn',
        'bindings.documents.deposit',
        'documents.consentRequired',
      ]),
    );
  });
});
