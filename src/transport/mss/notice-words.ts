import type { ReportVerdict } from '../receipt/report.ts';

/*
 * How mail systems word their notices, in the languages met in the MSSanté space. No standard says
 * any of it: the wordings are those that sendmail, qmail, Postfix, Exim, OpenSMTPD, Exchange,
 * Domino, Zimbra, Gmail and Outlook are seen to write [observed]. The fields of a standard report
 * are read first.
 */

/** What a notice can say. */
export type NoticeVerdict = Extract<ReportVerdict, 'failed' | 'delayed' | 'delivered' | 'relayed'>;

/** Any of these beginnings, written as regular expressions. */
const beginsWith = (...beginnings: readonly string[]): RegExp => new RegExp(`^(?:${beginnings.join('|')})`, 'iu');

/** Any of these phrases, which do not begin within a word. */
const contains = (...phrases: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.join('|')})`, 'iu');

/** The French for `Delivery Status Notification`, and what stands in its brackets. */
const status = "(?:notification d'[ée]tat de remise|avis de remise)";

/**
 * Beginnings of a subject. The end is often the subject of the deposit, whose words say nothing of
 * its delivery.
 */
const subjects: readonly (readonly [NoticeVerdict | 'unknown', RegExp])[] = [
  [
    'delayed',
    beginsWith(
      'delivery status notification \\(delay(?:ed)?\\)',
      'delivery (?:is |has been )?delayed',
      'delayed(?: mail|:)',
      '(?:mail delivery|message) delayed',
      'warning: (?:message|could not send|delayed)',
      `${status} \\((?:retard|d[ée]lai|diff[ée]r)`,
      'remise (?:retard|diff[ée]r)',
      '(?:message|courrier) (?:retard|en attente)',
      'retard[ée]? ?:',
      '(?:avis|notification) de retard',
      'avertissement ?: message',
    ),
  ],
  [
    'relayed',
    beginsWith(
      'delivery status notification \\((?:relay|expand)(?:ed)?\\)',
      `${status} \\((?:relai|relay)`,
      '(?:relayed|expanded):',
      'relay[ée] ?:',
    ),
  ],
  [
    'delivered',
    beginsWith(
      'delivery status notification \\((?:success|delivered)\\)',
      'successful mail delivery',
      'delivered:',
      'delivery (?:receipt|confirmation)',
      `${status} \\((?:succ[èe]s|remis|r[ée]ussi)`,
      '(?:message )?remis ?:',
      'message remis',
      'accus[ée] de (?:remise|livraison)',
    ),
  ],
  [
    'failed',
    beginsWith(
      'undeliver(?:ed|able)(?![a-z])',
      'non-?deliver(?:y|able)',
      'mail (?:delivery (?:failed|failure)|failure|failed|rejected|undeliverable|returned|could not be delivered)',
      'mail system error',
      'returned mail',
      'failure (?:notice|delivery)',
      'delivery (?:has failed|fail(?:ure|ed)|status notification \\(failure\\)|notification: delivery has failed)',
      'message (?:delivery (?:has )?failed|not delivered|undeliverable|rejected)',
      'rejected:',
      '(?:unable to deliver|(?:e-?mail )?could not be delivered)',
      'there was an error sending your mail',
      'permanent (?:delivery )?(?:failure|error)',
    ),
  ],
  [
    'failed',
    beginsWith(
      '(?:message|mail|courrier|courrier [ée]lectronique) non[ -](?:distribu|remis|d[ée]livr)',
      'non[ -](?:remis|distribu|d[ée]livr)',
      "[ée]chec (?:d(?:e|'|u)|[àa])",
      'remise impossible',
      "impossible d(?:e |')(?:remettre|distribuer|d[ée]livrer|envoyer|acheminer|exp[ée]dier|livrer)",
      'retour (?:de|du|d) ?(?:mail|message|courrier)',
      '(?:mail|courrier|message) (?:retourn|renvoy|rejet|refus)',
      'rejet[ée] ?:',
      "(?:rapport|avis|notification) (?:de non-?(?:remise|distribution|d[ée]livrance|livraison)|d'[ée]chec)",
      `${status} \\([ée]chec`,
      "(?:votre )?message (?:n'a pas pu|impossible)",
    ),
  ],
  [
    'unknown',
    beginsWith(
      'delivery (?:status notification|report|notification|status)',
      'mail delivery (?:system|subsystem|status|report)',
      status,
      '(?:rapport|avis) de (?:remise|distribution|livraison)',
    ),
  ],
];

const delayWords = contains(
  'still being retried',
  'will be retried',
  '(?:has|have) been delayed',
  '(?:has |have )?not yet been delivered',
  'delivery (?:attempts )?will (?:continue|be retried)',
  'is delayed',
  'warning only',
  'no action is required',
  '(?:we )?will (?:keep trying|continue to try)',
  'has been postponed',
  "(?:n'a|n'ont) pas encore (?:[ée]t[ée]|pu [êe]tre) (?:remis|distribu|d[ée]livr)",
  '(?:est|a [ée]t[ée]) (?:retard[ée]|diff[ée]r[ée])',
  '(?:remise|livraison|distribution) (?:retard|diff[ée]r)',
  'sera (?:r[ée]essay|de nouveau tent|retent)',
  'nouvelles? tentatives?',
  '(?:toujours|encore) en attente',
  "aucune action n'est (?:requise|n[ée]cessaire)",
);

const failureWords = [
  contains(
    'permanent(?:ly)? (?:error|fail|fatal)',
    'fatal errors?',
    'failed permanently',
    'recipients?:? failed',
    '(?:could|can) ?not (?:be delivered|deliver)',
    '(?:was|were|is) not delivered',
    "(?:unable|not able|wasn't able|failed) to deliver",
    "(?:couldn't|wasn't) (?:be )?(?:delivered|found)",
    'undeliver(?:ed|able)',
    'did not reach',
    'delivery (?:has )?fail',
    'delivery (?:errors?|problems?)',
    'an? error (?:has )?occurred while attempting to deliver',
    'error delivering your (?:mail|message)',
    'trouble delivering',
    'returned to sender',
    '(?:has been|was) (?:rejected|returned)',
    '(?:user|mailbox|recipient|address)(?: is)? (?:unknown|not found|unavailable|disabled|full)',
    'unknown (?:user|recipient|mailbox|local|address)',
    'no such (?:user|mailbox|recipient|address)',
    "does(?: not|n't) exist",
    'exceeded (?:its |the )?(?:storage|quota)',
    'over quota',
    'giv(?:en|ing) up',
    'bounced',
  ),
  contains(
    "(?:n'a|n'ont) pas (?:pu [êe]tre|[ée]t[ée]) (?:remis|distribu|d[ée]livr|achemin|envoy|transmis)",
    "(?:ne peut|n'a pu) (?:pas )?[êe]tre (?:remis|distribu|d[ée]livr|achemin)",
    'impossible de (?:remettre|distribuer|d[ée]livrer|livrer)',
    'non (?:remis|distribu[ée]|d[ée]livr[ée])',
    "[ée]chec (?:d[ée]finitif|permanent|de (?:la |l')?(?:remise|distribution|livraison|envoi))",
    'erreur (?:d[ée]finitive|permanente|fatale)',
    '(?:adresse|bo[îi]te|destinataire|utilisateur)[^.\\n]{0,40}(?:inconnu|introuvable|inexistant|pleine|satur[ée]e|ferm[ée]e|d[ée]sactiv)',
    "n'existe (?:pas|plus)",
    'quota d[ée]pass[ée]',
    'a [ée]t[ée] (?:rejet[ée]|refus[ée]|retourn[ée])',
  ),
];

const successWords = contains(
  '(?:was|were|has been|have been) (?:successfully )?delivered',
  'successfully (?:delivered|relayed)',
  'a (?:bien )?[ée]t[ée] (?:remis|distribu[ée]|d[ée]livr[ée])',
  'remise r[ée]ussie',
  'remis avec succ[èe]s',
);

/** What the beginning of a subject says: `unknown` for a notice whose text has to tell. */
export function verdictOfSubject(subject: string): NoticeVerdict | 'unknown' | null {
  const text = plainly(subject.slice(0, 500)).trimStart();
  return subjects.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/**
 * What the sentences of a notice say. A delay comes first: its notice says too what could not be
 * done so far. Without any such word nothing is known, and nothing is a failure.
 */
export function verdictOfText(text: string): NoticeVerdict | null {
  const words = plainly(text.slice(0, 8_000)).replaceAll(/\s+/g, ' ');
  if (delayWords.test(words)) return 'delayed';
  if (failureWords.some((pattern) => pattern.test(words))) return 'failed';
  return successWords.test(words) ? 'delivered' : null;
}

/** One spelling of an apostrophe and of a letter with its accent. */
const plainly = (text: string): string => text.normalize('NFC').replaceAll(/[\u2018\u2019\u02bc\u00b4`]/g, "'");
