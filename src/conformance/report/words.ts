import type { NotRunReason, Verdict } from '../verdict/model.ts';

/** Verdicts as a report says them. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  passed: 'satisfait',
  warning: 'alerte',
  failed: 'échec',
  'not-applicable': 'sans objet',
  'not-run': 'non joué',
};

export const reasonWords: Readonly<Record<NotRunReason, string>> = {
  manual: 'demande une personne',
  'channel-missing': 'rien ne permet de le voir',
  'control-failed': "le scénario dont il dépend n'est pas satisfait",
  unanswered: "le logiciel n'a pas répondu",
  unsupported: 'le logiciel ne sait pas faire ce geste',
  'nothing-observed': "rien n'a été vu",
  filtered: 'non demandé',
  draft: 'scénario provisoire',
  'kit-error': 'faute du kit',
};

export const conclusionWords = {
  satisfied: 'satisfait',
  failed: 'ne satisfait pas',
  incomplete: 'campagne incomplète',
} as const;
