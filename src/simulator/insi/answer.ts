import type { PatientInput, PatientIns } from '../../identity/index.ts';
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
  const { birthPlace } = traits;
  return element(
    'INDIVIDU',
    null,
    insElement('INSACTIF', ins, withKey),
    ...insHistory.map((former) => insElement('INSHISTO', former, withKey)),
    element(
      'TIQ',
      null,
      leaf('NomNaissance', traits.birthName),
      leaf('Prenom', traits.firstName),
      leaf('ListePrenom', traits.birthFirstNames?.join(' ')),
      leaf('Sexe', traits.sex),
      leaf('DateNaissance', traits.birthDate),
      leaf('LieuNaissance', birthPlace?.communeInsee ?? birthPlace?.countryInsee),
    ),
  );
}

/** One identity (`00`), none (`01`) or several (`02`, which never carries an identity). */
export function resultAnswer(found: readonly PatientInput[], bodyPrefix: string, withKey: boolean): string {
  const [only] = found;
  const [code, label] =
    found.length === 1
      ? ['00', 'OK']
      : found.length === 0
        ? ['01', 'Aucune identite trouvee']
        : ['02', 'Plusieurs identites trouvees'];
  return envelope(
    bodyPrefix,
    element(
      'RESULTAT',
      { xmlns: resultNs },
      element('CR', null, leaf('CodeCR', code), leaf('LibelleCR', label)),
      found.length === 1 && only ? individual(only, withKey) : undefined,
    ),
  );
}

export function faultAnswer(
  { subcode, code, severity, message }: InsiServiceFault,
  messageId: string,
  bodyPrefix: string,
): string {
  return envelope(
    bodyPrefix,
    element(
      'soap:Fault',
      null,
      element(
        'soap:Code',
        null,
        element('soap:Value', null, text('soap:Sender')),
        element('soap:Subcode', null, element('soap:Value', null, text(`soap:${subcode}`))),
      ),
      element('soap:Reason', null, element('soap:Text', { 'xml:lang': 'fr' }, text(message))),
      element(
        'soap:Detail',
        null,
        element(
          'siram:Erreur',
          { 'xmlns:siram': 'urn:siram', code, messageID: messageId || undefined, severite: severity },
          text(message),
        ),
      ),
    ),
  );
}
