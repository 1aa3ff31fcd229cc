import { inspect } from 'node:util';
import type { PatientIns, Professional, Structure } from '../../identity/index.ts';
import type { DistinguishedName } from '../certificates/dn.ts';
import type { VihfCode, VihfPurpose } from './codes.ts';
import type { VihfVersion } from './names.ts';

/**
 * Who vouches for the user, and so who signs.
 *
 * - `direct`: the professional, with the signature key of the card;
 * - `indirect`: the structure, with its software certificate;
 * - `reinforced`: the structure, for a user who logged in strongly, with a declaration.
 *
 * @group VIHF
 */
export type VihfMode = 'direct' | 'indirect' | 'reinforced';

/** How the user really logged in to the software; it must not be embellished. @group VIHF */
export interface VihfAuthentication {
  /** @defaultValue `direct` */
  readonly mode?: VihfMode | undefined;
  /**
   * `card` (smart card and PIN), `e-cps` (Pro Santé Connect mobile), `password`,
   * `software-certificate` (mutual TLS), `automaton`. No class is published for a one-time code by
   * SMS or mail: give `contextClass` yourself.
   */
  readonly means?: 'card' | 'e-cps' | 'password' | 'software-certificate' | 'automaton' | undefined;
  /** Whole value of `AuthnContextClassRef`, instead of `means`. */
  readonly contextClass?: string | undefined;
  /** When the user logged in (PIN time, not signature time), in milliseconds since 1970. */
  readonly instant: number;
  /** `AuthnContextDecl` of the mode `reinforced`. @defaultValue `APP_BROWSER_AUTH` */
  readonly declaration?: string | undefined;
}

/** The software, as the platform knows it. @group VIHF */
export interface VihfSoftware {
  readonly name: string;
  readonly version: string;
  /** Serial or installation number. */
  readonly id?: string | undefined;
  /** Approval number of the DMP; required by the DMP only. */
  readonly dmpApproval?: string | undefined;
}

/**
 * What the receiving platform wants. The values of Terr-eSanté are not public: they come from the
 * configuration.
 *
 * @group VIHF
 */
export interface VihfTarget {
  /** `Ressource_URN`, for example `urn:dmp` for the DMP. */
  readonly resourceUrn: string;
  /** @defaultValue `3.0` */
  readonly version?: VihfVersion | undefined;
  /**
   * Time between issue and `NotOnOrAfter`, in milliseconds; `null` sends no `Conditions`. No
   * maximum is published.
   * @defaultValue `3_600_000`
   */
  readonly lifetimeMs?: number | null | undefined;
  /** `NotBefore` is that long before the issue, for clocks that differ. @defaultValue `60_000` */
  readonly skewMs?: number | undefined;
  /** `Audience`; the DMP asks to leave it out. */
  readonly audience?: string | undefined;
  /**
   * Address of the one service that may take it, as a bearer confirmation names it until
   * `NotOnOrAfter` (SAML 2.0 Profiles, section 4.1.4.2): for a browser that carries the assertion.
   *
   * @defaultValue no confirmation
   */
  readonly recipient?: string | undefined;
  /** Adds `OneTimeUse`: the receiver keeps nothing of it. @defaultValue `false` */
  readonly oneTimeUse?: boolean | undefined;
  /**
   * Name of the mode attribute; published messages also write `Authentification_mode`.
   *
   * @defaultValue `Authentification_Mode`
   */
  readonly modeAttribute?: string | undefined;
  /** Writes the issuer from the attributes of the subject; by default `CN=…,OU=…` with keywords. */
  readonly formatIssuer?: ((subject: DistinguishedName) => string) | undefined;
  /** Refuses a test card in production and the reverse. */
  readonly environment?: 'test' | 'production' | undefined;
}

/** Everything an assertion says. Never log it. @group VIHF */
export interface VihfInput {
  readonly professional: Professional;
  /** In mode `direct`, the structure and sector read on the card for the chosen practice. */
  readonly structure: Pick<Structure, 'nationalId' | 'activitySector'>;
  /** The INS the assertion is limited to. The caller has checked that the identity is qualified. */
  readonly patient?: PatientIns | undefined;
  /**
   * Instead of `patient`: a local identifier in HL7 CX form, for a platform that knows the domain
   * of the software. No text says whether a platform takes it (inferred).
   */
  readonly localPatient?: string | undefined;
  readonly authentication: VihfAuthentication;
  readonly software: VihfSoftware;
  readonly target: VihfTarget;
  /** @defaultValue `normal` */
  readonly purpose?: VihfPurpose | undefined;
  /**
   * Instead of the roles derived from profession and specialty, for example for the card of a
   * replacement.
   */
  readonly roles?: readonly VihfCode[] | undefined;
  /**
   * `subject-id`; given name then family name by default, `null` leaves it out (mode `direct`
   * only).
   */
  readonly subjectName?: string | null | undefined;
  /** Added after the others, in this order. */
  readonly attributes?:
    | readonly {
        readonly name: string;
        readonly values: readonly (string | (VihfCode & { readonly element: string }))[];
      }[]
    | undefined;
}

/**
 * A signed assertion. Its text is personal data: a logger or JSON sees only the identifier.
 *
 * @group VIHF
 */
export class Vihf {
  /** The assertion, exactly as signed: never indent, reformat or parse and write it again. */
  readonly xml: string;
  /** `ID` of the assertion, the only part that may be logged. */
  readonly id: string;
  readonly version: VihfVersion;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Milliseconds since 1970; `Infinity` when the assertion has no end. */
  readonly notOnOrAfter: number;
  /** SHA-256 of the signer's certificate, in hexadecimal. */
  readonly certificateFingerprint: string;

  /** @internal */
  constructor(fields: Pick<Vihf, 'xml' | 'id' | 'version' | 'issuedAt' | 'notOnOrAfter' | 'certificateFingerprint'>) {
    this.xml = fields.xml;
    this.id = fields.id;
    this.version = fields.version;
    this.issuedAt = fields.issuedAt;
    this.notOnOrAfter = fields.notOnOrAfter;
    this.certificateFingerprint = fields.certificateFingerprint;
  }

  toJSON(): { id: string } {
    return { id: this.id };
  }

  [inspect.custom](): string {
    return `Vihf { id: '${this.id}' }`;
  }
}
