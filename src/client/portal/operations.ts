import { TerrESanteError, type Finding } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { finding } from '../../internal/finding.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';
import { callChecks, choice, flag, patient as patientCheck } from '../../internal/option-checks.ts';
import type { CutOffs } from '../../notifications/cut-off.ts';
import type { BoundPatient, DossierRecord } from '../../transport/index.ts';
import { requireDossier } from '../dossier/status.ts';
import type { Called, PlatformContext } from '../policy/context.ts';
import { patientScope } from '../../internal/patient-scope.ts';
import { clientRules } from '../rules.ts';
import { contextFields, handOverPage, pageAddress, responseFields, type Fields } from './carried.ts';
import { Launch, waitingPage, type WaitingPage } from './launch.ts';
import type { PortalLaunch, PortalLaunchOptions, PortalOperations, PortalPage } from './model.ts';
import { portalSettings, type PortalSettings } from './settings.ts';

type Target = Parameters<PortalOperations['launch']>[0];

const pages: readonly PortalPage[] = [
  'home',
  'dossier',
  'documents',
  'care-circle',
  'notes',
  'plan',
  'support',
  'alerts',
];

/** Pages that may show nobody in particular. */
const withoutPatient: ReadonlySet<PortalPage> = new Set(['home', 'support', 'alerts']);

const targetChecks: Checks<Target> = { page: needed(choice(...pages)), patient: patientCheck };

const launchChecks: Checks<PortalLaunchOptions> = {
  ...callChecks,
  window: needed(choice('embedded', 'default')),
  patientConsent: flag,
};

/** What a launch carries: an address, or a form and where it goes. */
interface Carried {
  readonly url: string;
  readonly fields: Fields | null;
  /** Milliseconds since 1970; `null`: no end. */
  readonly until: number | null;
}

/** What was found out before the launch. */
interface Asked {
  readonly settings: PortalSettings;
  readonly patient: BoundPatient | null;
  readonly page: PortalPage;
  readonly window: PortalLaunchOptions['window'];
  readonly call: CallOptions;
  readonly findings: readonly Finding[];
  /** How far the clock of this machine is ahead of the platform's, in milliseconds. */
  readonly aheadMs: number;
}

/** The portal operations of a client, and the end of the pages that wait. */
export function createPortalOperations(
  context: PlatformContext,
  cutOffs: CutOffs,
): PortalOperations & { close(): void } {
  return new Portal(context, cutOffs);
}

class Portal implements PortalOperations {
  readonly #context: PlatformContext;
  readonly #cutOffs: CutOffs;
  readonly #open = new Set<WaitingPage['page']>();

  constructor(context: PlatformContext, cutOffs: CutOffs) {
    this.#context = context;
    this.#cutOffs = cutOffs;
  }

  async launch(target: Target, options: PortalLaunchOptions): Promise<PortalLaunch> {
    const asked = await this.#ask(target, options);
    const { patient, page, call } = asked;

    // Written in the journal before the launch is given; one that is not is taken away.
    const waiting: WaitingPage[] = [];
    try {
      const { value, correlationId } = await this.#context.exchange(
        {
          operation: 'portal.launch',
          binding: 'portal',
          options: call,
          access: { object: page, patient: patient?.localId ?? null },
          late: "L'ouverture du portail tarde trop : recommencez.",
        },
        async (signal) => {
          const prepared = await this.#prepare(asked, { signal });
          if (prepared.waiting) waiting.push(prepared.waiting);
          if (signal.aborted) await prepared.waiting?.page.close();
          return prepared;
        },
      );
      return await this.#given(value, asked, correlationId);
    } catch (error) {
      await Promise.all(waiting.map((waited) => waited.page.close()));
      throw error;
    }
  }

  close(): void {
    for (const page of this.#open) void page.close();
  }

  /** Everything that this machine, or a question about the dossier, can refuse. */
  async #ask(target: Target, options: PortalLaunchOptions): Promise<Asked> {
    const context = this.#context;
    context.requireReady();
    const { page, patient: given } = optionsOf('target', target, targetChecks);
    const { window, patientConsent, ...call } = optionsOf('options', options, launchChecks);
    const settings = portalSettings(context.descriptor, context.config.quai.url, page);
    context.requireCapable({ operation: 'portal.launch', purpose: 'normal' });

    // The home page shows nobody: it is not told about whom.
    const patient = given && page !== 'home' ? context.requirePatient(given) : null;
    if (!patient && (!withoutPatient.has(page) || settings.mode === 'form-context')) {
      throw new TerrESanteError('TE_INPUT_INVALID', 'Cette page du portail demande un patient.', {
        details: { argument: 'target.patient', page },
      });
    }
    if (settings.mode === 'form-context' && patientConsent !== true) {
      throw new TerrESanteError(
        'TE_CONSENT_REQUIRED',
        "Ce portail demande que le patient soit informé et d'accord : recueillez son accord.",
      );
    }

    const { findings, answer } = await this.#requireDossier(patient, call);
    return { settings, patient, page, window, call, findings, aheadMs: this.#aheadOf(answer) };
  }

  async #requireDossier(
    patient: BoundPatient | null,
    call: CallOptions,
  ): Promise<{ readonly findings: readonly Finding[]; readonly answer: Called<DossierRecord> | null }> {
    if (!patient) return { findings: [], answer: null };
    if (!this.#context.isBound('dossier.status')) {
      return { findings: [finding(clientRules, 'DOSSIER-NOT-CHECKED', { path: 'dossier' })], answer: null };
    }
    return { findings: [], answer: await requireDossier(this.#context, patient, call) };
  }

  /**
   * A portal refuses an assertion of another time, and tells the user nothing that helps.
   *
   * @throws TerrESanteError `TE_CLOCK_SKEW`
   */
  #aheadOf(answer: Called<DossierRecord> | null): number {
    const { platformTime, receivedAt } = answer?.meta ?? {};
    if (!platformTime || !receivedAt) return 0;

    const aheadMs = Date.parse(receivedAt) - Date.parse(platformTime);
    if (Math.abs(aheadMs) <= clockSkewMs) return aheadMs;
    throw new TerrESanteError(
      'TE_CLOCK_SKEW',
      "L'heure du poste n'est pas celle de la plateforme : réglez-la, puis recommencez.",
      { details: { skewSeconds: Math.round(aheadMs / 1000) } },
    );
  }

  async #prepare(asked: Asked, call: CallOptions): Promise<Prepared> {
    const carried = await this.#carried(asked, call);
    if (carried.fields === null || asked.window === 'embedded') return { carried, waiting: null };

    const nonce = nodeCrypto().randomBytes(16).toString('base64url');
    const page = handOverPage(carried.url, carried.fields, asked.settings, nonce);
    const waiting = await waitingPage(page, this.#context.runtime.clock, () => this.#connected(asked));
    this.#open.add(waiting.page);
    const forget = (): void => void this.#open.delete(waiting.page);
    waiting.handedOver.then(forget, forget);
    return { carried, waiting };
  }

  async #carried({ settings, patient }: Asked, call: CallOptions): Promise<Carried> {
    const { address, audience, lifetimeMs, page } = settings;
    if (settings.mode === 'url-path') return { url: pageAddress(patient, settings), fields: null, until: null };

    const action = address.href;
    if (settings.mode === 'form-context' && patient) {
      return { url: action, fields: contextFields(patient, settings), until: null };
    }

    const target = { lifetimeMs, recipient: action, ...(audience !== null && { audience }) };
    const { xml, issuedAt, notOnOrAfter } = await this.#context.portalAssertion(patient, target, call);
    const id = `_${this.#context.runtime.ids.uuid()}`;
    const fields = responseFields({ assertion: xml, id, issuedAt, destination: action }, page);
    return { url: action, fields, until: notOnOrAfter };
  }

  async #given({ carried, waiting }: Prepared, asked: Asked, correlationId: string): Promise<PortalLaunch> {
    const { findings } = asked;
    if (waiting) {
      const { page, expiresAt, handedOver } = waiting;
      const parts = { kind: 'loopback', url: page.url, fields: null, body: null } as const;
      return new Launch({ ...parts, expiresAt, findings, correlationId }, handedOver, page);
    }

    // Nobody tells whether the host opens it: it counts as opened once it is given.
    const at = await this.#connected(asked);
    const { url, fields, until } = carried;
    return new Launch(
      {
        kind: fields ? 'form-post' : 'url',
        url,
        fields,
        body: fields && new URLSearchParams(fields).toString(),
        expiresAt: until === null ? null : isoUtc(until),
        findings,
        correlationId,
      },
      Promise.resolve(at),
      null,
    );
  }

  /**
   * To open the portal is a connection: the local cut-off moves to now, never ahead of the
   * platform's clock.
   */
  async #connected({ patient, aheadMs }: Asked): Promise<string> {
    const now = this.#context.runtime.clock.now();
    const at = isoUtc(now - Math.max(0, aheadMs));
    await this.#cutOffs.moveTo('practitioner', at);
    if (patient) await this.#cutOffs.moveTo(patientScope(patient.localId), at);
    return isoUtc(now);
  }
}

/** What a launch is made of, before it is given. */
interface Prepared {
  readonly carried: Carried;
  readonly waiting: WaitingPage | null;
}
