import { TerrESanteError } from '../../errors.ts';
import { lastWord, type SoapFault } from '../../internal/soap/index.ts';
import { attributeOf } from '../../internal/xml/index.ts';
import { faultError } from '../soap/fault-error.ts';

const siramNs = 'urn:siram';

/**
 * The fault of the téléservice as an error. Its details are codes only: its free text is not known
 * to be free of personal data. A fault that is not of the service itself, such as one of
 * WS-Security, is that of any SOAP service, without its text.
 *
 * @see CNAM, service description ServiceIdentiteCertifiee v1, element `siram:Erreur`
 */
export function insiFaultError(fault: SoapFault): TerrESanteError {
  const { code, details } = faultError(fault, []);
  const subcode = safeCode(details['subcode']);
  const detailCode = safeCode(details['detailCode']);
  const faultCode = safeCode(details['faultCode']);
  const error = fault.detail.find(({ localName, namespace }) => localName === 'Erreur' && namespace === siramNs);

  // `insi_102` is the technical error of the service: the same question may be asked again later.
  const isAway = detailCode === 'insi_102';
  const isOurs = code === 'TE_PROTOCOL';
  return new TerrESanteError(isOurs ? 'TE_INSI_FAULT' : code, sentenceOf(detailCode), {
    retryable: isAway || code === 'TE_CLOCK_SKEW',
    details: { faultCode, subcode, detailCode, severity: safeCode(error && attributeOf(error, 'severite')) },
  });
}

/** What a doctor may read, for the codes whose meaning is published. */
const sentences: ReadonlyMap<string, string> = new Map([
  ['insi_102', 'Le téléservice INSi a une erreur technique : refaire la recherche plus tard'],
  ['desir_550', "Le téléservice INSi ne connaît pas le numéro d'autorisation du logiciel"],
  ['desir_560', 'Le téléservice INSi ne donne pas de droits suffisants au certificat de la structure'],
]);

function sentenceOf(detailCode: string | null): string {
  const known = sentences.get(detailCode ?? '') ?? "Le téléservice INSi a refusé l'appel";
  return detailCode === null ? `${known}.` : `${known} (${detailCode}).`;
}

/** A code that may be shown: letters, digits and a few signs, its prefix taken off. */
function safeCode(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const word = lastWord(value);
  return /^[A-Za-z0-9_.-]{1,40}$/.test(word) ? word : null;
}
