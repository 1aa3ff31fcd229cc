import { describe, expect, it } from 'vitest';
import { authority, nameDer, type Name } from '../../src/testing/pki/certificate.ts';
import { bits, explicit, integer, oid, sequence, setAsGiven, string, tlv } from '../../src/testing/pki/der-writer.ts';
import { fixedRuntime, testNow } from './vihf-fixtures.ts';
import {
  byLists,
  certificate,
  day,
  extension,
  leaf,
  leafWith,
  list,
  name,
  none,
  number,
  reason,
  uri,
  type ListChanges,
} from './revocation-fixtures.ts';

const scope = (...parts: readonly Uint8Array[]): Uint8Array => extension('2.5.29.28', true, sequence(...parts));
/** `[0]` DistributionPointName, `[0]` fullName. */
const fullName = (...names: readonly Uint8Array[]): Uint8Array => explicit(0, tlv(0xa0, ...names));
const point = (...names: readonly Uint8Array[]): Uint8Array => sequence(fullName(...names));
const flag = (tag: number): Uint8Array => tlv(tag, Uint8Array.of(0xff));
const directory = (of: Name): Uint8Array => explicit(4, nameDer(of));
const onlyUsers = flag(0x81);
const onlyAuthorities = flag(0x82);

const here = uri('http://igc.example/a.crl');
const elsewhere = uri('http://igc.example/b.crl');
const subAuthority = certificate([[['2.5.4.3', 'AC FILLE']]], [authority()]);
const good = { status: 'good', source: 'crl' };

describe('the name of the issuer of a list', () => {
  it.each<[string, Name]>([
    ['another string type', [[['2.5.4.10', 'Essais', 'printable']], [['2.5.4.3', 'AC FICTIVE', 'printable']]]],
    ['other letter case', [[['2.5.4.10', 'ESSAIS']], [['2.5.4.3', 'ac fictive']]]],
    ['other blanks', [[['2.5.4.10', ' Essais ']], [['2.5.4.3', 'AC   FICTIVE']]]],
  ])('is the same in %s', async (_, issuerName) => {
    expect(await byLists([list({ issuerName })])).toMatchObject(good);
  });

  it.each<[string, Name]>([
    ['another value', [[['2.5.4.10', 'Essais']], [['2.5.4.3', 'AC FICTIVE 2']]]],
    ['without a blank', [[['2.5.4.10', 'Essais']], [['2.5.4.3', 'ACFICTIVE']]]],
    ['in another order', [[['2.5.4.3', 'AC FICTIVE']], [['2.5.4.10', 'Essais']]]],
    [
      'as one relative name',
      [
        [
          ['2.5.4.10', 'Essais'],
          ['2.5.4.3', 'AC FICTIVE'],
        ],
      ],
    ],
    ['shorter', [[['2.5.4.3', 'AC FICTIVE']]]],
  ])('is another one: %s', async (_, issuerName) => {
    expect(await byLists([list({ issuerName })])).toMatchObject(none);
  });
});

describe('a list with an issuing distribution point', () => {
  it('covers the certificates that name the same point', async () => {
    const own = leafWith([point(here)]);
    expect(await byLists([list({ extensions: [scope(fullName(here))] })], own)).toMatchObject(good);
    expect(await byLists([list({ extensions: [scope(fullName(elsewhere, here))] })], own)).toMatchObject(good);
    expect(await byLists([list({ extensions: [scope(fullName(elsewhere))] })], own)).toMatchObject(none);
    expect(await byLists([list({ extensions: [scope(fullName(here))] })], leaf)).toMatchObject(none);
  });

  it('covers a certificate without a point when it bears the name of the issuer', async () => {
    expect(await byLists([list({ extensions: [scope(fullName(directory(name)))] })])).toMatchObject(good);
  });

  it('may be named below its issuer', async () => {
    const relative = explicit(0, tlv(0xa1, sequence(oid('2.5.4.3'), string('Liste 1'))));
    const whole = directory([...name, [['2.5.4.3', 'LISTE 1']]]);
    expect(await byLists([list({ extensions: [scope(relative)] })], leafWith([point(whole)]))).toMatchObject(good);
    expect(
      await byLists([list({ extensions: [scope(fullName(whole))] })], leafWith([sequence(relative)])),
    ).toMatchObject(good);
    expect(await byLists([list({ extensions: [scope(relative)] })], leafWith([point(directory(name))]))).toMatchObject(
      none,
    );
  });

  it('is not for the certificates that another authority lists', async () => {
    const indirect = leafWith([sequence(fullName(here), explicit(2, directory(name)))]);
    expect(await byLists([list({ extensions: [scope(fullName(here))] })], indirect)).toMatchObject(none);
  });

  it('covers authorities, or the others, alone', async () => {
    expect(await byLists([list({ extensions: [scope(onlyUsers)] })])).toMatchObject(good);
    expect(await byLists([list({ extensions: [scope(onlyAuthorities)] })])).toMatchObject(none);
    expect(await byLists([list({ extensions: [scope(onlyUsers)] })], subAuthority)).toMatchObject(none);
    expect(await byLists([list({ extensions: [scope(onlyAuthorities)] })], subAuthority)).toMatchObject(good);
  });

  it.each([
    ['other issuers too', flag(0x84)],
    ['attribute certificates', flag(0x85)],
  ])('is not used when it is about %s', async (_, part) => {
    expect(await byLists([list({ extensions: [scope(part)], entries: [{ of: leaf }] })])).toMatchObject(none);
  });

  it('for some reasons only says revoked, and never good', async () => {
    const some = scope(tlv(0x83, Uint8Array.of(1, 0x40)));
    expect(await byLists([list({ extensions: [some] })])).toMatchObject(none);
    expect(await byLists([list({ extensions: [some], entries: [{ of: leaf }] })])).toMatchObject({ status: 'revoked' });

    const partly = leafWith([sequence(fullName(here), tlv(0x81, Uint8Array.of(1, 0x40)))]);
    expect(await byLists([list({ extensions: [scope(fullName(here))] })], partly)).toMatchObject(none);
  });

  it.each<[string, Uint8Array]>([
    ['is empty', scope()],
    ['is no sequence', extension('2.5.29.28', true, integer(1))],
    ['is there twice', sequence()],
    ['has a part of another kind', scope(explicit(7, integer(1)))],
  ])('is not used when that point %s', async (what, part) => {
    const extensions = what === 'is there twice' ? [scope(onlyUsers), scope(onlyUsers)] : [part];
    expect(await byLists([list({ extensions })])).toMatchObject(none);
  });
});

describe('an entry of a list', () => {
  it('may say why', async () => {
    expect(await byLists([list({ entries: [{ of: leaf, extensions: [reason(1)] }] })])).toMatchObject({
      status: 'revoked',
    });
  });

  it('spoils the list when it is not understood, whoever it is about', async () => {
    const strange = { of: subAuthority, extensions: [extension('1.2.3.4', true, integer(1))] };
    expect(await byLists([list({ entries: [strange] })])).toMatchObject(none);
    expect(await byLists([list({ entries: [{ of: leaf }, strange] })])).toMatchObject(none);
    const harmless = { of: subAuthority, extensions: [extension('1.2.3.4', false, integer(1))] };
    expect(await byLists([list({ entries: [harmless] })])).toMatchObject(good);
  });
});

describe('a delta list', () => {
  const delta = (base: number, own: number, changes: ListChanges = {}): Uint8Array =>
    list({
      ...changes,
      extensions: [extension('2.5.29.27', true, integer(base)), number(own), ...(changes.extensions ?? [])],
    });
  const complete = (own: number, changes: ListChanges = {}): Uint8Array =>
    list({ ...changes, extensions: [number(own), ...(changes.extensions ?? [])] });
  const entries = [{ of: leaf }];

  it('adds to the list that it is for, in whatever order they are given', async () => {
    for (const lists of [
      [complete(3), delta(3, 4, { entries })],
      [delta(2, 4, { entries }), complete(3)],
    ]) {
      expect(await byLists(lists)).toMatchObject({ status: 'revoked', source: 'crl' });
    }
  });

  it('takes off what was on hold', async () => {
    const lifted = delta(3, 4, { entries: [{ of: leaf, extensions: [reason(8)] }] });
    expect(await byLists([complete(3, { entries }), lifted])).toMatchObject(good);
    // In a complete list nothing is taken off.
    expect(await byLists([complete(3, { entries: [{ of: leaf, extensions: [reason(8)] }] })])).toMatchObject({
      status: 'revoked',
    });
  });

  it('counts as the newest of several', async () => {
    const lifted = delta(3, 5, { entries: [{ of: leaf, extensions: [reason(8)] }] });
    expect(await byLists([complete(3), delta(3, 4, { entries }), lifted])).toMatchObject(good);
    expect(await byLists([lifted, delta(3, 6, { entries }), complete(3)])).toMatchObject({ status: 'revoked' });
  });

  it('brings a list up to date that is past its next update', async () => {
    const old = { thisUpdate: testNow - 3 * day, nextUpdate: testNow - 2 * day };
    expect(await byLists([complete(3, old)])).toMatchObject(none);
    expect(await byLists([complete(3, old), delta(3, 4)])).toMatchObject({ ...good, nextUpdate: testNow + day });
  });

  it.each<[string, Uint8Array[]]>([
    ['is for a newer list', [delta(4, 5, { entries })]],
    ['is older than the list', [delta(2, 3, { entries })]],
    ['covers something else', [delta(3, 4, { entries, extensions: [scope(onlyUsers)] })]],
    ['is out of date', [delta(3, 4, { entries, thisUpdate: testNow - 9 * day, nextUpdate: testNow - 8 * day })]],
    ['comes from the future', [delta(3, 4, { entries, thisUpdate: testNow + day / 2 })]],
    ['has no number', [list({ entries, extensions: [extension('2.5.29.27', true, integer(3))] })]],
  ])('changes nothing when it %s', async (_, deltas) => {
    expect(await byLists([...deltas, complete(3)])).toMatchObject({
      ...good,
      failures: [{ url: 'given', reason: 'not-usable' }],
    });
  });

  it('alone says nothing, and serves a list that is fetched', async () => {
    expect(await byLists([delta(3, 4, { entries })])).toMatchObject(none);
    const fetched = leafWith([point(here)]);
    const asked: string[] = [];
    const status = await byLists([delta(3, 4, { entries: [{ of: fetched }] })], fetched, {
      fetcher: async ({ url }: { url: string }) => {
        asked.push(url);
        return complete(3);
      },
    });
    expect(status).toMatchObject({ status: 'revoked' });
    expect(asked).toEqual(['http://igc.example/a.crl']);
  });
});

describe('a list that is not as it must be', () => {
  const refused = (reasonCode: string): object => ({ ...none, failures: [{ url: 'given', reason: reasonCode }] });

  it.each<[string, Uint8Array, string]>([
    ['ends before it begins', list({ thisUpdate: testNow - day, nextUpdate: testNow - 2 * day }), 'not-usable'],
    [
      'has a negative number',
      list({ extensions: [extension('2.5.29.20', false, tlv(2, Uint8Array.of(0xff)))] }),
      'TE_CERTIFICATE_INVALID',
    ],
    ['has its number twice', list({ extensions: [number(1), number(1)] }), 'TE_CERTIFICATE_INVALID'],
    ['is no DER', Buffer.from('3080000000', 'hex'), 'TE_CERTIFICATE_INVALID'],
    ['has a fourth part', sequence(sequence(), sequence(), bits(Uint8Array.of(0)), sequence()), 'not-usable'],
    ['is a set of parts', setAsGiven(sequence()), 'TE_CERTIFICATE_INVALID'],
    ['is forty megabytes', new Uint8Array(40 * 1024 * 1024), 'TE_CERTIFICATE_INVALID'],
  ])('is not used: it %s', async (_, bytes, code) => {
    expect(await byLists([bytes])).toMatchObject(refused(code));
  });

  it('is not used when its inside is no DER, though its signature is good', async () => {
    // An OCTET STRING in two parts: BER that many readers put together.
    const split = sequence(oid('2.5.29.20'), tlv(0x24, tlv(0x04, Uint8Array.of(2)), tlv(0x04, Uint8Array.of(1, 1))));
    expect(await byLists([list({ extensions: [split] })])).toMatchObject(refused('TE_CERTIFICATE_INVALID'));

    let deep = integer(1);
    for (let depth = 0; depth < 40; depth += 1) deep = sequence(deep);
    const nested = sequence(oid('2.5.29.20'), tlv(0x04, deep), deep);
    expect(await byLists([list({ extensions: [nested] })])).toMatchObject(refused('TE_CERTIFICATE_INVALID'));
  });

  it('is read in one pass, however long', async () => {
    const many = Array.from({ length: 20_000 }, () => ({ of: subAuthority, extensions: [reason(1)] }));
    expect(
      await byLists([list({ entries: [...many, { of: leaf }] })], leaf, { runtime: fixedRuntime() }),
    ).toMatchObject({
      status: 'revoked',
    });
  });
});
