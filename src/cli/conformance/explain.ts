import { isKnownRule, ruleText, scenarios, type Scenario } from '../../conformance/kit.ts';
import { missing, refuseUsage } from '../failure.ts';
import type { CliIo, Command } from '../io.ts';
import { usageError } from '../options.ts';
import { help } from './help.ts';

/** `terr-esante conformance explain` */
export const explain: Command = async ([word, ...rest], io) => {
  if (word === undefined) return refuseUsage(io, rest, help, missing('SCÉNARIO'));

  const scenario = scenarios.find(({ id }) => id.toUpperCase() === word.toUpperCase());
  if (scenario) {
    io.out(scenarioText(scenario, io));
    return 0;
  }
  if (!isKnownRule(word)) {
    throw usageError(
      `Ni scénario ni règle : « ${word.slice(0, 40)} ». terr-esante conformance list les donne.`,
      `Neither a scenario nor a rule: "${word.slice(0, 40)}". terr-esante conformance list names them.`,
    );
  }

  const { fix, ...text } = ruleText(word);
  const lang = io.lang ?? 'fr';
  const where = scenarios.filter(({ assert }) => assert.some(({ rule }) => rule === word)).map(({ id }) => id);
  io.out(`${word}  ${text[lang]}\n  ${fix[lang]}\n  ${where.join(' ')}\n`);
  return 0;
};

const labels = {
  fr: { sources: 'sources', acts: 'gestes', demands: 'exigences', fix: 'à faire', control: 'après' },
  en: { sources: 'sources', acts: 'gestures', demands: 'demands', fix: 'to do', control: 'after' },
} as const;

function scenarioText({ id, title, purpose, sources, steps, assert, fix, control }: Scenario, io: CliIo): string {
  const lang = io.lang ?? 'fr';
  const words = labels[lang];
  const acts = steps.map((step) => ('act' in step ? step.act : JSON.stringify(step)));
  const demands = assert.map(({ rule, severity }) => `  ${rule} (${severity}) ${ruleText(rule)[lang]}`);

  return [
    `${id}  ${title[lang]}`,
    purpose[lang],
    `${words.sources} : ${sources.map(({ doc, section, grade }) => `${doc}, ${section} (${grade})`).join(' ; ')}`,
    ...(control === null ? [] : [`${words.control} : ${control}`]),
    `${words.acts} : ${acts.join(', ')}`,
    `${words.demands} :`,
    ...demands,
    `${words.fix} : ${fix[lang]}`,
    '',
  ].join('\n');
}
