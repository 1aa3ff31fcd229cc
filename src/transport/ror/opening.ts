import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { holds, isInForce } from '../directory/validity.ts';
import { extensionOf } from './read.ts';

/**
 * Whether an offer is made at an instant. A search gives closed ones too: the offer itself, the
 * site and the organisations above it may be closed, for a time or for good.
 *
 * @see ANS, IG ROR: `notAvailable` closingReopeningDate (dateFermeture,
 *   datePrevisionnelleReouverture), period of an organisation (dateOuverture, dateFermeture)
 */
export function isOpenAt(offer: Json, organisations: readonly Json[], now: number): boolean {
  const isClosed = objects(offer['notAvailable']).some(
    (closing) =>
      closing['id'] === 'closingReopeningDate' && isObject(closing['during']) && holds(closing['during'], now),
  );
  return !isClosed && isInForce(offer, now) && organisations.every((organisation) => isOpenSite(organisation, now));
}

function isOpenSite(organisation: Json, now: number): boolean {
  const period = extensionOf(organisation, 'organization-period')?.['valuePeriod'];
  return isInForce(organisation, now) && holds(period, now);
}
