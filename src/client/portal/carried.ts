import { TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { attributeValue, text } from '../../internal/xml/index.ts';
import type { BoundPatient } from '../../transport/index.ts';
import type { PortalSettings } from './settings.ts';

/** Fields of a form, in the order in which they are written. */
export type Fields = Readonly<Record<string, string>>;

const samlProtocol = 'urn:oasis:names:tc:SAML:2.0:protocol';

/** What a response says beside its assertion. */
export interface ResponseParts {
  /** Signed, in exclusive canonical form: it may stand inside other elements. */
  readonly assertion: string;
  readonly id: string;
  readonly issuedAt: number;
  readonly destination: string;
}

/**
 * The form of an unsolicited SAML response: base64 without line breaks.
 *
 * @see SAML 2.0 Profiles, section 4.1.5; SAML 2.0 Bindings, section 3.5.4
 */
export function responseFields(parts: ResponseParts, relayState: string): Fields {
  const response =
    `<saml2p:Response xmlns:saml2p="${samlProtocol}" Destination="${attributeValue(parts.destination)}"` +
    ` ID="${attributeValue(parts.id)}" IssueInstant="${isoUtc(parts.issuedAt)}" Version="2.0">` +
    `<saml2p:Status><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></saml2p:StatusCode>` +
    `</saml2p:Status>${parts.assertion}</saml2p:Response>`;
  return { SAMLResponse: Buffer.from(response, 'utf8').toString('base64'), RelayState: relayState };
}

/**
 * The form of a contextual call. Every parameter is mandatory but `Situation`, and none may be
 * empty.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS`, `TE_IDENTITY_INCOMPLETE`
 * @see ANS, contextual call of DRIM-M (ansforge/DRIM-M_DRIMbox); the forms of values are inferred
 */
export function contextFields({ localId, traits, ins }: BoundPatient, { form, page }: PortalSettings): Fields {
  const { value, oid } = requireIns(ins);
  const place = traits.birthPlace?.communeInsee ?? traits.birthPlace?.countryInsee;
  if (!place || !traits.sex) {
    throw new TerrESanteError('TE_IDENTITY_INCOMPLETE', 'Il manque : lieu de naissance (code Insee).', {
      details: { missing: ['birthPlace'] },
    });
  }

  return {
    'Patient.identifier.value': value,
    'Patient.identifier.system': `${form.systemPrefix}${oid}`,
    'Patient.name.family': traits.birthName ?? '',
    'Patient.name.given': traits.firstName ?? '',
    'Patient.gender': form.gender[traits.sex],
    'Patient.birthDate': traits.birthDate ?? '',
    'Address.district': place,
    InformationEtConsentement: form.consent,
    PatientID: localId.value,
    PatientIDIssuer: localId.system,
    ...(page !== '' && { Situation: page }),
  };
}

/**
 * The address of a page, with the INS where it shows a patient.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS`
 * @see GIE SESAM-Vitale, LPS v02.05.00, TD0.9
 */
export function pageAddress(patient: BoundPatient | null, { address, page }: PortalSettings): string {
  const parts = patient ? [page, requireIns(patient.ins).value] : [page];
  const beginning = address.href.endsWith('/') ? address.href : `${address.href}/`;
  return beginning + parts.map(encodeURIComponent).join('/');
}

function requireIns(ins: BoundPatient['ins']): NonNullable<BoundPatient['ins']> {
  if (ins) return ins;
  throw new TerrESanteError(
    'TE_IDENTITY_STATUS',
    "Ce portail s'ouvre avec l'INS : qualifiez d'abord l'identité du patient.",
  );
}

/**
 * A page that posts a form by itself, once. `form-action` names every host of the portal: Chromium
 * applies it to redirections too.
 */
export function handOverPage(
  action: string,
  fields: Fields,
  { allowedHosts, referrerPolicy }: Pick<PortalSettings, 'allowedHosts' | 'referrerPolicy'>,
  nonce: string,
): { readonly html: string; readonly headers: Readonly<Record<string, string>> } {
  const hosts = allowedHosts.map((host) => `https://${host}`).join(' ');
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${attributeValue(name)}" value="${attributeValue(value)}">`,
  );
  const html =
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Ouverture de Terr-eSanté</title></head><body>' +
    `<form id="f" method="post" action="${attributeValue(action)}">${inputs.join('')}` +
    `<noscript><button type="submit">${text('Continuer vers Terr-eSanté')}</button></noscript></form>` +
    `<script nonce="${nonce}">document.getElementById("f").submit()</script></body></html>`;

  return {
    html,
    headers: {
      'Content-Security-Policy': `default-src 'none'; script-src 'nonce-${nonce}'; form-action ${hosts}; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': referrerPolicy,
    },
  };
}
