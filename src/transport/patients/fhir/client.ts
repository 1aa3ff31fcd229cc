import { TerrESanteError } from '../../../errors.ts';
import type { InsEnvironment, LocalIdentifier, PatientInput, PatientTraits } from '../../../identity/index.ts';
import type { FrCoreDialect } from '../../../identity/wire/index.ts';
import { withDeadline, type CallOptions } from '../../../internal/abort.ts';
import { needed, optionsOf, reading, type Checks } from '../../../internal/border.ts';
import {
  callback,
  callChecks,
  choice,
  count,
  flag,
  methods,
  patient as patientRecord,
  runtime,
  text,
} from '../../../internal/option-checks.ts';
import { partnerOf } from '../../fhir/partner.ts';
import type { FhirPartner } from '../../fhir/exchange.ts';
import {
  checkedFeed,
  checkedSearch,
  checkedTraits,
  identifierChecks,
  type IdentifierOptions,
  type SearchOptions,
} from '../checks.ts';
import { requireComplete } from '../complete.ts';
import type { CrossReference, FeedReceipt, PatientCandidates, PatientFeed, PatientIdentityClient } from '../model.ts';
import { namedIdentifier } from './asked.ts';
import { sendFeed, writeFeed } from './feed.ts';
import { askIdentifiers } from './identifiers.ts';
import type { FhirPatientIdentityOptions } from './model.ts';
import { searchParameters, searchPatients } from './search.ts';

/**
 * Client of an identity server over FHIR R4, behind the same calls as
 * `createPatientIdentityClient`: PIXm (ITI-83), PDQm (ITI-78, by POST) and feed (ITI-104). Opens
 * nothing before the first call, follows no redirection and no link to another server, chooses no
 * candidate; no trait or identifier is in an error.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is none; from the calls:
 *   {@link RegistryRefusal}, `TE_UNSUPPORTED` (an address may not name the patient),
 *   `TE_CONFIG_INVALID` (nothing of this kind at the address, unknown domain), `TE_PROTOCOL`,
 *   `TE_AUTHN_REQUIRED`, `TE_AUTHN_REJECTED`, `TE_CONFLICT` (several records of this identifier),
 *   `TE_TOO_LARGE`, `TE_RATE_LIMITED`, `TE_UNAVAILABLE`, and those of `createHttpClient`
 *
 * @example
 * ```ts
 * // not run: needs an identity server
 * import { createFhirPatientIdentityClient, createHttpClient } from 'terr-esante-sdk/transport';
 *
 * const patients = createFhirPatientIdentityClient({
 *   http: createHttpClient(),
 *   baseUrl: 'https://identites.example/fhir',
 * });
 * const { candidates, hasMore } = await patients.search({ birthName: 'MARTIN', birthDate: '1985-01-12' });
 * candidates.map(({ comparison }) => comparison.outcome);
 * ```
 *
 * @see IHE ITI PIXm, sections 2:3.83 and 2:3.104; IHE ITI PDQm, section 2:3.78; HL7 FHIR R4
 * @group Patient identity
 */
export function createFhirPatientIdentityClient(options: FhirPatientIdentityOptions): PatientIdentityClient {
  return new FhirPatientIdentityClient(optionsOf('options', options, clientChecks));
}

const clientChecks: Checks<FhirPatientIdentityOptions> = {
  http: needed(methods('stream')),
  baseUrl: needed(text),
  authorization: callback,
  dialect: choice('v2-0445', 'fiabilite-identite', 'identity-status'),
  allowPatientInAddress: flag,
  environment: choice('production', 'test', 'simulator'),
  maxResponseBytes: count(1),
  runtime,
};

class FhirPatientIdentityClient implements PatientIdentityClient {
  readonly #partner: FhirPartner;
  readonly #environment: InsEnvironment | undefined;
  readonly #dialect: FrCoreDialect;
  readonly #allowsAddress: boolean;

  constructor(options: FhirPatientIdentityOptions) {
    this.#environment = options.environment;
    this.#dialect = options.dialect ?? 'v2-0445';
    this.#allowsAddress = options.allowPatientInAddress === true;
    this.#partner = partnerOf(options);
  }

  async identifiers(patient: LocalIdentifier | PatientInput, options?: IdentifierOptions): Promise<CrossReference> {
    const { domains = [], ...call } = optionsOf('options', options, identifierChecks);
    const asked = reading('patient', () => namedIdentifier(patientRecord('patient', patient), this.#environment));
    this.#requireAddress('ITI-83');
    return askIdentifiers(this.#partner, asked, domains, call);
  }

  async search(traits: PatientTraits, options?: SearchOptions): Promise<PatientCandidates> {
    const { signal, timeoutMs, identifier: given, ...bounds } = checkedSearch(options);
    const identifier = given && reading('identifier', () => namedIdentifier(given, this.#environment));
    const asked = checkedTraits(traits, identifier);
    const { domains, limit, pageSize } = bounds;
    const wanted = { traits: asked, identifier, domains, limit, pageSize, dialect: this.#dialect };
    const search = {
      type: 'Patient',
      parameters: reading('traits', () => searchParameters(wanted)),
      allowsGet: this.#allowsAddress,
    };
    return withDeadline({ signal, timeoutMs }, (limited) =>
      searchPatients(this.#partner, { ...search, signal: limited }, wanted),
    );
  }

  async feed(given: PatientFeed, options?: CallOptions): Promise<FeedReceipt> {
    const feed = checkedFeed(given);
    const call = optionsOf('options', options, callChecks);
    const sent = reading('patient', () => {
      requireComplete(feed.patient, this.#environment);
      const { localId } = feed.patient;
      if (feed.event === 'merge') namedIdentifier(feed.replaces, this.#environment);
      const [dialect, environment] = [this.#dialect, this.#environment];
      return writeFeed(feed, namedIdentifier(localId as LocalIdentifier, environment), { dialect, environment });
    });

    this.#requireAddress('ITI-104');
    return sendFeed(this.#partner, sent, call);
  }

  /** Before anything is sent. */
  #requireAddress(transaction: string): void {
    if (this.#allowsAddress) return;
    throw new TerrESanteError(
      'TE_UNSUPPORTED',
      "Cette opération met l'identifiant du patient dans une adresse : la plateforme doit le permettre.",
      { details: { reason: 'patient-in-address', transaction } },
    );
  }
}
