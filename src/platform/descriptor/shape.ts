import type { OtpChannel } from '../../auth/index.ts';
import { oidShape } from '../../internal/oid.ts';
import type { FhirPlanWords, FhirServices, FhirSupportServices, SoapServices } from '../../transport/index.ts';
import {
  count,
  filled,
  flag,
  graded,
  list,
  map,
  object,
  optional,
  orNull,
  text,
  words,
  type ObjectShape,
} from '../shape/model.ts';
import { accessPurposes, authenticationModes, capableOperations, type Capability } from './capability.ts';
import type { DocumentFamilyCodes, PlatformDescriptor } from './model.ts';
import { hostSource, longestLaunchSeconds, type PortalDescriptor } from './portal.ts';

/** Edition of the form that descriptors have. */
export const descriptorFormat = 1;

const oid = text(oidShape, 64);
const bindingKind = text(/^[a-z][a-z0-9-]{0,39}$/);
/** A path behind the address of the services, or a host of its own. */
const path = text(/^[A-Za-z0-9._~:/-]{1,200}$/);
const host = text(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])$/);
const errorCode = text(/^TE_[A-Z_]{2,40}$/);
const code = object<{ readonly code: string; readonly codeSystem: string }>({ code: filled, codeSystem: oid });

type Soap = NonNullable<PlatformDescriptor['soap']>;

const soap = object<Soap>({
  paths: graded(
    object<SoapServices['paths']>({
      identities: orNull(path),
      dossier: orNull(path),
      authorizations: orNull(path),
      registry: orNull(path),
      repository: orNull(path),
      update: orNull(path),
    }),
  ),
  receivers: graded(object<SoapServices['receivers']>({ identities: oid, dossier: oid })),
  processing: graded(words('production', 'training', 'debugging')),
  patientKey: graded(words('regional-id', 'local-id', 'ins')),
  actions: graded(object<SoapServices['actions']>({ status: filled, create: filled, authorize: filled })),
  existenceReason: graded(code),
  attention: graded(
    object<SoapServices['attention']>({
      authorization: code,
      memberships: map(words('member', 'not-member', 'blocked', 'unknown')),
      treatingPhysician: code,
    }),
  ),
  creation: graded(object<SoapServices['creation']>({ answerNamespace: filled, consent: code, sharing: orNull(code) })),
  authorization: graded(
    object<SoapServices['authorization']>({
      namespace: filled,
      add: filled,
      remove: filled,
      treatingPhysician: filled,
      treatingRoles: list(filled),
      success: filled,
    }),
  ),
  refusals: graded(map(errorCode)),
});

/** The states of FR Core: the compiler asks for all of them. */
const dialects: Readonly<Record<FhirServices['dialect'], true>> = {
  'v2-0445': true,
  'fiabilite-identite': true,
  'identity-status': true,
};

type Fhir = NonNullable<PlatformDescriptor['fhir']>;
const uri = text(/^[a-z][a-z0-9+.-]*:\S+$/i);

const fhir = object<Fhir>({
  path: graded(path),
  authorization: graded(words('assertion', 'token', 'none')),
  patientInAddress: graded(flag),
  dialect: graded(words(...Object.keys(dialects))),
  replaceStyle: graded(words('patch', 'relatesTo')),
  versioned: graded(flag),
  roleSystem: graded(uri),
  structureSystem: graded(uri),
  consentPolicies: graded(map(uri)),
  refusals: graded(map(errorCode)),
  support: optional(graded(object<FhirSupportServices>({ category: filled, structures: words('listed', 'any') }))),
  plans: optional(graded(object<FhirPlanWords>({ interventions: filled, homeAccess: filled }))),
});

const familyCodes = object<DocumentFamilyCodes>({ typeCodes: list(filled, 200), classCodes: list(filled, 50) });

type Portal = NonNullable<PlatformDescriptor['portal']>;

const portal = object<Portal>({
  mode: graded(words('saml-post', 'form-context', 'url-path')),
  address: graded(path),
  allowedHosts: graded(list(text(hostSource), 50)),
  pages: graded(map(text(null, 80))),
  audience: graded(orNull(filled)),
  lifetimeSeconds: graded(count(1, longestLaunchSeconds)),
  referrerPolicy: graded(words('no-referrer', 'strict-origin')),
  form: graded(
    object<PortalDescriptor['form']>({
      systemPrefix: text(),
      gender: object<PortalDescriptor['form']['gender']>({ M: filled, F: filled, I: filled }),
      consent: filled,
    }),
  ),
});

const capability = object<Capability>({
  modes: optional(list(words(...authenticationModes))),
  purposes: optional(list(words(...accessPurposes))),
});

const capabilities: ObjectShape = {
  kind: 'object',
  members: Object.fromEntries(capableOperations.map((name) => [name, optional(capability)])),
  graded: false,
};

/**
 * The shape of a descriptor: what `loadDescriptor` lets through and what
 * `schemas/descriptor.schema.json` says.
 */
export const descriptorShape: ObjectShape = object<PlatformDescriptor>({
  format: words(descriptorFormat),
  version: text(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/),
  id: text(/^[a-z0-9][a-z0-9-]{0,63}$/),
  brand: graded(filled),
  environment: words('production', 'qualification', 'simulator'),
  serviceHosts: graded(list(host, 50)),
  identity: object<PlatformDescriptor['identity']>({
    regionalOid: graded(orNull(oid)),
    requireValidated: graded(flag),
  }),
  authentication: object<PlatformDescriptor['authentication']>({
    oneTimeCode: graded(flag),
    oneTimeCodeClass: optional(
      graded(
        object<Partial<Record<OtpChannel, string>>>({
          sms: optional(uri),
          email: optional(uri),
          totp: optional(uri),
        }),
      ),
    ),
  }),
  vihf: object<PlatformDescriptor['vihf']>({
    version: graded(words('2.0', '3.0', '4.0')),
    resourceUrn: graded(orNull(filled)),
    audience: graded(orNull(filled)),
    lifetimeSeconds: graded(count(1, 86_400)),
    accessReason: optional(graded(orNull(text(/^[A-Za-z][A-Za-z0-9_:.-]{0,119}$/)))),
    patientIdentifier: graded(words('local-id', 'ins-when-qualified')),
  }),
  bindings: object<PlatformDescriptor['bindings']>({
    'dossier.status': optional(graded(bindingKind)),
    'dossier.create': optional(graded(bindingKind)),
    consent: optional(graded(bindingKind)),
    careCircle: optional(graded(bindingKind)),
    alerts: optional(graded(bindingKind)),
    notes: optional(graded(bindingKind)),
    support: optional(graded(bindingKind)),
    measures: optional(graded(bindingKind)),
    interventionPlan: optional(graded(bindingKind)),
    notifications: optional(graded(bindingKind)),
    'documents.list': optional(graded(bindingKind)),
    'documents.deposit': optional(graded(words('mssante', 'soap-ihe', 'fhir-r4'))),
    'portal.launch': optional(graded(words('portal'))),
    insi: optional(graded(words('soap-insi'))),
  }),
  capabilities: optional(graded(capabilities)),
  soap: optional(soap),
  fhir: optional(fhir),
  portal: optional(portal),
  mssante: object<PlatformDescriptor['mssante']>({
    mailbox: graded(text(/^[A-Za-z0-9._+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+mssante\.fr$/, 254)),
    subject: graded(words('extended', 'short')),
    pdfCopy: graded(flag),
    serviceNames: optional(
      graded(object<{ readonly submission: string; readonly imap: string }>({ submission: filled, imap: filled })),
    ),
  }),
  documents: object<PlatformDescriptor['documents']>({
    typeCodeSet: graded(words('eo-9.05', 'current')),
    consentRequired: graded(flag),
    families: optional(
      graded(
        object<Readonly<Record<'exam-result' | 'report', DocumentFamilyCodes>>>({
          'exam-result': familyCodes,
          report: familyCodes,
        }),
      ),
    ),
  }),
  limits: object<PlatformDescriptor['limits']>({
    minPollSeconds: graded(count(1, 86_400)),
    maxDocumentBytes: graded(count(1, 1_073_741_824)),
    maxStatuses: graded(count(1, 10_000)),
  }),
  support: object<PlatformDescriptor['support']>({
    url: graded(orNull(text(/^https:\/\/[^\s@]+$/))),
    phone: graded(orNull(text(/^\+?[0-9][0-9 .]{2,29}$/))),
  }),
});
