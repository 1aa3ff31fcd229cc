import type { PatientInput } from '../../identity/index.ts';
import { refuseArgument } from '../../internal/border.ts';
import { nationalEnvironment } from '../../platform/environment.ts';
import type { TerrESanteConfig } from '../../platform/index.ts';
import type { CareMail } from '../../transport/mss/care-mail.ts';
import { endOfAllExchangesSubject, endsAllExchanges, patientAddress } from '../../transport/mss/patient-mailbox.ts';
import { shownAddress } from '../../transport/receipt/shown-address.ts';
import type { UsedMailbox } from './model.ts';

/**
 * Largest message to Mon espace santé, whole: 25 Mo, of which the smaller reading is taken.
 *
 * @see Assurance Maladie, ENS Mon espace santé, Messagerie, section 6
 */
export const maxPatientBytes = 25_000_000;

/**
 * The mailbox of a patient; what is shown of it holds no INS.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS`
 */
export function mailboxOf(
  patient: PatientInput,
  environment: TerrESanteConfig['environment'],
): UsedMailbox & { readonly exact: string } {
  const exact = patientAddress(patient, { environment: nationalEnvironment(environment) });
  return { exact, address: shownAddress(exact), type: null, owner: null, directory: 'not-asked' };
}

/** A letter whose subject closes every exchange would do so unasked. */
export function requireOwnSubject(subject: string | undefined): void {
  if (subject !== undefined && endsAllExchanges(subject)) {
    refuseArgument('letter.subject', 'objet autre que [FIN] attendu (voir endExchanges)');
  }
}

/** The message that closes every exchange; its text is for a person, and says nothing of care. */
export const endOfExchanges: CareMail = {
  subject: endOfAllExchangesSubject,
  text: 'Cet échange est terminé. Il ne peut plus y être répondu.\n',
  archive: null,
  files: [],
};
