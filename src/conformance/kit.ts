/** What the command line takes of the kit beside its public door. */
export { htmlOf } from './report/html.ts';
export { junitOf } from './report/junit.ts';
export { isKnownRule, ruleText } from './report/rule-text.ts';
export { sarifOf } from './report/sarif.ts';
export { reasonWords, verdictWords } from './report/words.ts';
export { catalogueHash, catalogueVersion, scenarios } from './scenario/catalogue.ts';
export type { Scenario } from './scenario/model.ts';
