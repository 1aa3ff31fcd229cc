import { TerrESanteError } from '../../errors.ts';
import { canTransmitIns, type PatientInput } from '../../identity/index.ts';
import { optionsOf, reading } from '../../internal/border.ts';
import { choice } from '../../internal/option-checks.ts';
import { mssAddressProblem, parseMssAddress } from './address.ts';

/**
 * The Mon espace santé mailbox of a patient, from a qualified INS only. It holds the INS: never log
 * it. A minor is written to at the minor's own address. Check the patient's recorded oppositions
 * before writing.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` when the identity is not qualified or the INS may
 *   not be transmitted.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigences ECO.2.2.6 and ECO.3.1.1
 * @group Patient mailbox
 */
export function patientAddress(
  patient: PatientInput,
  options?: { readonly environment?: 'test' | 'production' | undefined },
): string {
  const given = optionsOf('options', options, { environment: choice('test', 'production') });
  return reading('patient', () => addressOf(patient, given));
}

function addressOf(
  patient: PatientInput,
  options: { readonly environment?: 'test' | 'production' | undefined },
): string {
  const { ins } = patient;
  const matricule = ins?.value.replaceAll(/[\s.-]/g, '').toUpperCase();
  if (matricule === undefined || !canTransmitIns(patient, options)) {
    throw new TerrESanteError(
      'TE_IDENTITY_STATUS',
      "L'adresse du patient demande une identité qualifiée avec son INS.",
    );
  }
  return parseMssAddress(`${matricule}@patient.mssante.fr`).address;
}

/**
 * Subject that ends all earlier exchanges: exactly this, case included.
 *
 * @see Assurance Maladie, ENS Mon espace santé, Messagerie, section 7
 * @group Patient mailbox
 */
export const endOfAllExchangesSubject = '[FIN]';

/** Whether a subject ends every exchange: nobody writes it without meaning it. */
export const endsAllExchanges = (subject: string): boolean => subject.trim() === endOfAllExchangesSubject;

/**
 * Tells a patient's mail from a professional's by its address, so that a reader does not have to
 * look at the domain. An address outside the trusted space, or a patient address whose INS key is
 * wrong, is `outside`.
 *
 * @example
 * ```ts
 * import { mailOrigin } from 'terr-esante-sdk/transport';
 *
 * mailOrigin('secretariat@cabinet.simulateur.mssante.fr'); // 'professional'
 * mailOrigin('123456789012345@patient.mssante.fr'); // 'outside'
 * ```
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.3.1.2
 * @group Patient mailbox
 */
export function mailOrigin(from: string): 'patient' | 'professional' | 'outside' {
  if (mssAddressProblem(from) !== null) return 'outside';

  return parseMssAddress(from).isPatient ? 'patient' : 'professional';
}
