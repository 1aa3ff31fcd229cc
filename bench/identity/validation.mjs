// One million full validations (five traits, INS, coherence, typed reasons) beside the key alone in
// other packages.
import { checkCompleteness, checkIns, insKey } from 'terr-esante-sdk/identity';
import { race } from '../lib/race.mjs';

/**
 * A thousand different patients, always the same. Most have a name typed with diacritics; one in
 * ten has a fault: a wrong key, a letter in the number, a trait that is missing, a date that does
 * not exist or that the number contradicts, a name with a digit.
 */
export function patients(count = 1000) {
  let seed = 1;
  const next = (max) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % max;
  };
  const pick = (list) => list[next(list.length)];
  const two = (value) => String(value).padStart(2, '0');
  const families = [
    'MARTIN',
    'BERNARD',
    'LE GALL',
    "D'ARTAGNAN",
    'DUPONT-DURAND',
    'Lefèvre',
    'Nuñez',
    'Ben Saïd',
    'ROUX',
  ];
  const given = ['MARIE', 'JEAN', 'ZOE', 'LOUIS', 'ANNE-SOPHIE', 'Chloé', 'Léa', 'PAUL'];
  const places = ['93066', '75112', '2A004', '69123', '97411', '99352'];
  return Array.from({ length: count }, (_, index) => {
    const sex = pick(['M', 'F']);
    const year = 1930 + next(90);
    const month = 1 + next(12);
    const place = pick(places);
    const first = pick(given);
    const body = `${sex === 'M' ? 1 : 2}${two(year % 100)}${two(month)}${place}${String(next(1000)).padStart(3, '0')}`;
    const key = insKey(body);
    const fault = index % 10 === 5 ? pick(['key', 'letter', 'trait', 'date', 'month', 'name']) : '';
    const end = fault === 'key' ? two(((Number(key) + 1) % 97) + 1) : fault === 'letter' ? `${key[0]}O` : key;
    return {
      localId: { system: '2.999.1.10', value: `PAT-${index}` },
      traits: {
        birthName: `${pick(families)}${fault === 'name' ? '2' : ''}`,
        firstName: first,
        birthFirstNames: [first, pick(given)],
        ...(fault !== 'trait' && { sex }),
        birthDate: `${year}-${two(fault === 'month' ? (month % 12) + 1 : month)}-${two(fault === 'date' ? 32 : 1 + next(28))}`,
        birthPlace: place.startsWith('99') ? { countryInsee: place } : { communeInsee: place },
      },
      ins: { value: body + end, oid: '1.2.250.1.213.1.4.8' },
      identityStatus: 'QUAL',
    };
  });
}

export async function run() {
  const { default: frenchSsn } = await import('french-ssn');
  const { stdnum } = await import('stdnum');
  // As they come from a file or a database: plain strings, just read, hence near the processor.
  const all = JSON.parse(JSON.stringify(patients()));
  const numbers = all.map(({ ins }) => ins.value);
  const rounds = 100; // of one thousand: one hundred thousand per measure
  let sink = 0;
  const over = (list, work) => () => {
    for (let round = 0; round < rounds; round += 1) for (const one of list) sink += work(one);
  };
  const ms = await race({
    full: over(all, (patient) => checkCompleteness(patient, { environment: 'production' }).findings.length),
    ins: over(numbers, (number) => checkIns(number).findings.length),
    key: over(numbers, (number) => (frenchSsn.getControlKey(number.slice(0, 13)) === number.slice(13) ? 0 : 1)),
    ssn: over(numbers, (number) => (frenchSsn.validate(number) ? 0 : 1)),
    stdnum: over(numbers, (number) => (stdnum.FR.nir.validate(number).isValid ? 0 : 1)),
  });
  if (sink === 0) throw new Error('no fault was found: the race measures nothing');
  const perMillion = (name) => (ms[name] * 10) / 1000;
  const row = (name, mine, other, goal) => ({
    name,
    value: perMillion(mine),
    unit: 's CPU per million',
    baseline: `${other.label}: ${perMillion(other.name).toFixed(2)} s per million; ratio = theirs / ours`,
    ratio: ms[other.name] / ms[mine],
    goal,
  });
  const keyOnly = { name: 'key', label: 'french-ssn, key check alone' };
  return [
    row('five traits, INS and coherence, typed reasons', 'full', keyOnly, 'faster than the key alone, under 1 s'),
    row('the same', 'full', { name: 'ssn', label: 'french-ssn, validate' }, null),
    row('checkIns alone', 'ins', keyOnly, null),
    row('checkIns alone', 'ins', { name: 'stdnum', label: 'stdnum, FR.nir.validate' }, null),
  ];
}
