// How dates and numbers are said.

const zone = { timeZone: 'Europe/Paris' };
const dayOf = new Intl.DateTimeFormat('fr-FR', { ...zone, dateStyle: 'long' });
const momentOf = new Intl.DateTimeFormat('fr-FR', { ...zone, dateStyle: 'short', timeStyle: 'short' });

export const day = (iso) => dayOf.format(new Date(iso));

/** An instant; a day, a month or a year where no more is known, as it is written. */
export function moment(iso) {
  if (!iso) return 'date inconnue';
  return iso.length > 10 ? momentOf.format(new Date(iso)) : iso;
}

/** A date of birth: a calendar day, without a time zone. */
export function birth(date) {
  if (!date) return 'date de naissance inconnue';
  return date.split('-').reverse().join('/');
}

/** A number of new documents; one that is not known is said so, and is never 0. */
export function news(count) {
  if (count === null || count === undefined) return 'nombre de nouveaux documents inconnu';
  if (count === 0) return 'aucun nouveau document';
  return count === 1 ? '1 nouveau document' : `${count} nouveaux documents`;
}
