import type { PatientInput, PatientIns, PatientTraits } from '../../identity/index.ts';
import { element, text, xmlDeclaration, type Xml } from '../../internal/xml/index.ts';

const soapNs = 'http://www.w3.org/2003/05/soap-envelope';
const resultNs = 'http://www.cnamts.fr/INSiResultat';

/** A SOAP fault of the published shape. @group INSi */
export interface InsiServiceFault {
  /** For example `siram_40` or `siram_100`. */
  readonly subcode: string;
  /** For example `insi_102`, `desir_550` or `desir_560`. */
  readonly code: string;
  readonly severity: 'information' | 'avertissement' | 'erreur' | 'fatale' | 'fatal';
  readonly message: string;
}

/** The envelope with a body under another prefix than its own, as recorded answers have it. */
function envelope(bodyPrefix: string, content: Xml): string {
  return (
    xmlDeclaration +
    element(
      'soap:Envelope',
      { 'xmlns:soap': soapNs },
      element(`${bodyPrefix}:Body`, { [`xmlns:${bodyPrefix}`]: soapNs }, content),
    )
  );
}

function leaf(name: string, value: string | null | undefined): Xml | undefined {
  return value === null || value === undefined || value === '' ? undefined : element(name, null, text(value));
}

function insElement(name: 'INSACTIF' | 'INSHISTO', { value, oid }: PatientIns, withKey: boolean): Xml {
  return element(
    name,
    null,
    element('IdIndividu', null, leaf('NumIdentifiant', value.slice(0, 13)), withKey && leaf('Cle', value.slice(13))),
    leaf('OID', oid),
  );
}

function individual(person: PatientInput, withKey: boolean): Xml | undefined {
  const { ins, insHistory = [], traits } = person;
  if (!ins) return undefined;

  return element(
    'INDIVIDU',
    null,
    insElement('INSACTIF', ins, withKey),
    ...insHistory.map((former) => insElement('INSHISTO', former, withKey)),
    traitsElement(traits),
  );
}

function traitsElement({ birthPlace, ...traits }: PatientTraits): Xml {
  return element(
    'TIQ',
    null,
    leaf('NomNaissance', traits.birthName),
    leaf('Prenom', traits.firstName),
    leaf('ListePrenom', traits.birthFirstNames?.join(' ')),
    leaf('Sexe', traits.sex),
    leaf('DateNaissance', traits.birthDate),
    leaf('LieuNaissance', birthPlace?.communeInsee ?? birthPlace?.countryInsee),
  );
}

const oneFound = ['00', 'OK'] as const;
const noneFound = ['01', 'Aucune identite trouvee'] as const;
const severalFound = ['02', 'Plusieurs identites trouvees'] as const;

/** One identity (`00`), none (`01`) or several (`02`, which never carries an identity). */
export function resultAnswer(found: readonly PatientInput[], bodyPrefix: string, withKey: boolean): string {
  const [first, ...others] = found;
  const only = others.length === 0 ? first : undefined;
  const several = others.length > 0 ? severalFound : noneFound;
  const [code, label] = only ? oneFound : several;

  return envelope(
    bodyPrefix,
    element(
      'RESULTAT',
      { xmlns: resultNs },
      element('CR', null, leaf('CodeCR', code), leaf('LibelleCR', label)),
      only && individual(only, withKey),
    ),
  );
}

/** @param messageId - Of the question, `null` when it could not be read. */
export function faultAnswer(fault: InsiServiceFault, messageId: string | null, bodyPrefix: string): string {
  const { subcode, code, severity, message } = fault;

  const faultCode = element(
    'soap:Code',
    null,
    element('soap:Value', null, text('soap:Sender')),
    element('soap:Subcode', null, element('soap:Value', null, text(`soap:${subcode}`))),
  );
  const reason = element('soap:Reason', null, element('soap:Text', { 'xml:lang': 'fr' }, text(message)));
  const error = element(
    'siram:Erreur',
    { 'xmlns:siram': 'urn:siram', code, messageID: messageId ?? undefined, severite: severity },
    text(message),
  );

  return envelope(bodyPrefix, element('soap:Fault', null, faultCode, reason, element('soap:Detail', null, error)));
}
