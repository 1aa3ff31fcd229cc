/** Longest text that is shown. */
const longest = 200;

type Shown = string | number | boolean | null;

/**
 * The configuration as support may see it: choices and codes as they are, of everything else only
 * whether it is there. Names, identifiers, addresses and activation codes stay out.
 */
export function shownConfiguration(config: unknown): Readonly<Record<string, unknown>> {
  const { host, modules, structure, user, quai, registration, authn, policy, environment } = fields(config);
  const person = fields(user);
  const platform = fields(quai);
  const platformPart = {
    origin: originOf(platform['url']),
    ...only(quai, ['domainType']),
    ...present(quai, ['domainName', 'domainCode', 'oid']),
    depositDomain: domainOf(platform['eMailSecur']),
  };
  const switches = Object.fromEntries(
    ['tlsi', 'terrESante'].map((name) => {
      const module = fields(modules)[name];
      return [name, { ...only(module, ['enabled']), ...present(module, ['code']) }];
    }),
  );

  return {
    environment: shown(environment),
    authn: only(authn, ['means', 'readerRequired']),
    host: {
      ...only(host, ['product', 'version', 'lpsName', 'lpsVersion']),
      ...present(host, ['nil', 'oidRoot', 'lpsId']),
    },
    modules: switches,
    structure: {
      ...only(structure, ['nationalIdKind', 'activitySector', 'facilityTypeCode', 'practiceSettingCode']),
      ...present(structure, ['name', 'nationalId']),
    },
    user: {
      ...only(user, ['professionCode', 'specialtyCode', 'authorSpecialty', 'exerciseSituation']),
      ...present(user, ['rpps', 'adeli', 'nationalId', 'familyName', 'givenName']),
      mailDomain: domainOf(person['mssAddress']),
    },
    quai: platformPart,
    registration: only(registration, ['domainDeclaredToPlatform', 'domainDeclaredToSri', 'accountOpened']),
    policy: only(policy, ['consentMaxAgeDays', 'countOwnDeposits']),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A value of one line; `null` for anything else. */
function shown(value: unknown): Shown {
  if (typeof value === 'string') return value.slice(0, longest);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function only(value: unknown, names: readonly string[]): Readonly<Record<string, Shown>> {
  const found = fields(value);
  return Object.fromEntries(names.map((name) => [name, shown(found[name])]));
}

/** Whether each field has a value, which is not shown. */
function present(value: unknown, names: readonly string[]): Readonly<Record<string, boolean>> {
  const found = fields(value);
  return Object.fromEntries(names.map((name) => [`has_${name}`, (found[name] ?? '') !== '']));
}

/** The part of an address that is an operator's, not a person's. */
function domainOf(value: unknown): string | null {
  return typeof value === 'string' ? (/@(?<domain>[\w.-]{1,200})$/.exec(value)?.groups?.['domain'] ?? null) : null;
}

/** Scheme, host and port: no account, no path. */
function originOf(value: unknown): string | null {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value).origin : null;
}
