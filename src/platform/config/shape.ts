import { count, filled, flag, list, object, optional, text, words, type ObjectShape } from '../shape/model.ts';
import type {
  HostConfig,
  ModuleConfig,
  PolicyConfig,
  QuaiParameters,
  RegistrationConfig,
  StructureConfig,
  TerrESanteConfig,
  UserConfig,
} from './model.ts';

const given = text();
const module = object<ModuleConfig>({ enabled: flag, code: optional(given) });

/**
 * The shape of a configuration: which members there are, and of what kind. What a value must be
 * beyond that is a rule of its own.
 */
export const configShape: ObjectShape = object<TerrESanteConfig>({
  host: object<HostConfig>({
    product: filled,
    version: filled,
    vendorId: optional(given),
    lpsName: optional(given),
    lpsVersion: optional(given),
    lpsId: optional(given),
    nil: optional(given),
    oidRoot: optional(given),
  }),
  modules: object<TerrESanteConfig['modules']>({ tlsi: module, terrESante: module }),
  structure: object<StructureConfig>({
    name: filled,
    nationalId: given,
    nationalIdKind: given,
    activitySector: given,
    facilityTypeCode: optional(given),
    practiceSettingCode: filled,
    address: optional(list(given)),
    telecom: optional(list(given)),
  }),
  user: object<UserConfig>({
    rpps: optional(given),
    adeli: optional(given),
    nationalId: optional(given),
    familyName: filled,
    givenName: filled,
    civility: optional(given),
    professionCode: filled,
    specialtyCode: optional(given),
    authorSpecialty: optional(given),
    mssAddress: given,
    exerciseSituation: optional(given),
  }),
  quai: object<QuaiParameters>({
    url: given,
    domainName: given,
    domainCode: given,
    domainType: given,
    oid: given,
    eMailSecur: given,
  }),
  registration: object<RegistrationConfig>({
    domainDeclaredToPlatform: flag,
    domainDeclaredToSri: flag,
    accountOpened: flag,
  }),
  authn: object<TerrESanteConfig['authn']>({
    means: words('cps', 'cpe', 'ecps', 'software-certificate', 'one-time-code'),
    readerRequired: flag,
  }),
  environment: words('production', 'qualification', 'simulator'),
  policy: optional(
    object<PolicyConfig>({ consentMaxAgeDays: optional(count(0, 36_500)), countOwnDeposits: optional(flag) }),
  ),
});
