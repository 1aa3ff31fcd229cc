import { simulatorDescriptor } from '../../../src/platform/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { systemRuntime, type Runtime } from '../../../src/internal/runtime.ts';
import { soapServicesOf } from '../../../src/client/policy/soap-services.ts';
import type { BindingCall, BoundPatient, HttpClient, SoapServices } from '../../../src/transport/index.ts';
import { DossierServices } from '../../../src/transport/dossier/client.ts';
import { hl7Answer, subject, type Asked, type Content } from '../patients/far-side.ts';

const given = soapServicesOf(simulatorDescriptor);
if (!given) throw new Error('the simulator has SOAP services');
export const services: SoapServices = given;

export const canary = 'CANARI-000123';
const { traits } = fictivePatient();
export const patient: BoundPatient = { localId: { system: '2.999.1.10', value: canary }, traits, ins: null };

const resource = 'urn:oasis:names:tc:xacml:2.0:resource:resource-id';
export const assertionOf = (cx: string, nameId = '899700012349'): string =>
  `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:Subject><saml2:NameID>${nameId}</saml2:NameID></saml2:Subject>` +
  `<saml2:AttributeStatement><saml2:Attribute Name="${resource}"><saml2:AttributeValue>${cx}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement></saml2:Assertion>`;

export const call: BindingCall = {
  assertion: assertionOf(`${canary}^^^DOMAINE&amp;2.999.1.10&amp;ISO^PI`),
  correlationId: '4f3d2f4e-3f0e-4a41-9a6c-7d4f8a0c1e01',
};

/** One request, with the path it came to. */
export interface AskedAt extends Asked {
  readonly path: string;
  /** The whole envelope. */
  readonly text: string;
}

/** Answers of a platform by the name of what is asked: an envelope, or a failure of the connection. */
export type Script = Readonly<Record<string, (asked: AskedAt) => string | { readonly status: number; body: string }>>;

export interface ScriptedPlatform {
  readonly services: DossierServices;
  readonly asked: AskedAt[];
}

export function scripted(
  script: Script,
  changes: Partial<SoapServices> = {},
  runtime: Runtime = systemRuntime,
): ScriptedPlatform {
  const asked: AskedAt[] = [];
  const http = {
    stream: async ({ url, body }) => {
      const text = Buffer.from(body as Uint8Array).toString('utf8');
      const found = (shape: RegExp): string => shape.exec(text)?.[1] ?? '';
      const one: AskedAt = {
        path: new URL(url).pathname,
        text,
        action: found(/<Action [^>]*>([^<]*)</),
        messageId: found(/(urn:uuid:[0-9a-f-]{36})/),
        payload: found(/<soap:Body>(.*)<\/soap:Body>/s),
        id: found(/ITSVersion="XML_1.0"><id ([^>]*)>/),
        queryId: found(/<queryId ([^>]*)>/),
        query: found(/(<queryByParameter>.*<\/queryByParameter>)/s),
      };
      asked.push(one);
      const name = /^<(?:\w+:)?(\w+)/.exec(one.payload)?.[1] ?? '';
      const answer = script[name]?.(one) ?? '';
      const { status, body: said } = typeof answer === 'string' ? { status: 200, body: answer } : answer;
      return {
        status,
        headers: { 'content-type': 'application/soap+xml', date: 'Mon, 16 Mar 2026 09:00:00 GMT' },
        body: (async function* () {
          yield Buffer.from(said, 'utf8');
        })(),
        discard: () => undefined,
      };
    },
    close: async () => undefined,
  } as Pick<HttpClient, 'stream' | 'close'> as HttpClient;

  const made = new DossierServices({
    url: 'https://plateforme.example/services/',
    http,
    runtime,
    sender: '2.999.1.10',
    regionalOid: '2.999.1.1',
    environment: 'test',
    services: { ...services, ...changes },
  });
  return { services: made, asked };
}

export const regional = '2.999.1.1|IDF-7F3K2';

/** An identity server that knows the patient. */
export const knownPatient: Script = {
  PRPA_IN201309UV02: (asked) =>
    hl7Answer(asked, { name: 'PRPA_IN201310UV02', code: 'OK', subjects: subject([regional]) }),
  PRPA_IN201301UV02: (asked) => hl7Answer(asked, { name: 'MCCI_IN000002UV01', acknowledgement: 'CA' }),
};

/** An identity server that does not, with whom it gives by traits. */
export const unknownPatient = (subjects = ''): Script => ({
  ...knownPatient,
  PRPA_IN201309UV02: (asked) =>
    hl7Answer(asked, {
      name: 'PRPA_IN201310UV02',
      acknowledgement: 'AE',
      code: 'AE',
      details:
        '<acknowledgementDetail typeCode="E"><code code="204"/><text>CANARI-000123</text><location>//patientIdentifier</location></acknowledgementDetail>',
    }),
  PRPA_IN201305UV02: (asked) =>
    hl7Answer(asked, { name: 'PRPA_IN201306UV02', code: subjects === '' ? 'NF' : 'OK', subjects }),
});

const keyword = (code: string, value: string, system: string): string =>
  `<attentionLine><keyWordText code="${code}" codeSystem="${system}"/><value xmlns:x="http://www.w3.org/2001/XMLSchema-instance" ${value}/></attentionLine>`;
export const authorized = (code: string): string =>
  keyword('AUTORISATION', `x:type="CV" code="${code}"`, '2.999.1.2.61');
export const treating = (value: string): string => keyword('STATUT_MT', `x:type="BL" value="${value}"`, '2.999.1.2.63');

/** What a platform says of a dossier. */
export const dossierAnswer =
  (content: Partial<Content> = {}, lines = authorized('VALIDE')): ((asked: Asked) => string) =>
  (asked) =>
    hl7Answer(asked, { name: 'PRPA_IN201308UV02', code: 'OK', subjects: subject([regional]), ...content }).replace(
      '<acknowledgement>',
      `${lines}<acknowledgement>`,
    );
