// Twenty times the input: linear work costs twenty times, quadratic work four hundred.
import { checkCompleteness, checkIns, compareIdentities } from 'terr-esante-sdk/identity';
import { race } from '../lib/race.mjs';

const traits = { firstName: 'ZOE', sex: 'F', birthDate: '1985-01-12', birthPlace: { communeInsee: '93066' } };
const works = {
  'checkIns, digits and spaces': (_, digits) => checkIns(digits),
  'checkCompleteness, compareIdentities': (text) => {
    checkCompleteness({ traits: { ...traits, birthName: text, birthFirstNames: [text] } });
    compareIdentities({ traits: { ...traits, birthName: text } }, { traits: { ...traits, birthName: `${text}A` } });
  },
};

export async function run() {
  const texts = (length) => ["A'-é\u0301 ".repeat(length / 6), '12 34-'.repeat(length / 6)];
  const small = texts(50_000);
  const large = texts(1_000_000);
  const rows = [];
  for (const [name, work] of Object.entries(works)) {
    const ms = await race({
      small: () => {
        for (let turn = 0; turn < 200; turn += 1) work(...small);
      },
      large: () => {
        for (let turn = 0; turn < 10; turn += 1) work(...large);
      },
    });
    rows.push({
      name: `hostile text of 1 MB: ${name}`,
      value: ms.large / 10,
      unit: 'ms',
      baseline: 'the same work on 50 kB; ratio = cost per character, 1 MB against 50 kB',
      ratio: ms.small === 0 ? null : ms.large / ms.small,
      goal: 'about 1, linear',
    });
  }
  return rows;
}
