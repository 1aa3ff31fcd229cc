/** A local part that is the INS of a patient, with or without its key. */
const matricule = /^\d[\dAB]{12,14}$/i;

/**
 * A mailbox as a receipt names it. That of a patient is an INS: a receipt goes to screens, logs and
 * other stores, so it shows the domain only.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.2.6
 */
export function shownAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const isPatient = domain.toLowerCase() === 'patient.mssante.fr' || matricule.test(address.slice(0, at));
  return isPatient ? `***@${domain}` : address;
}
