import type { InsEnvironment } from '../../../identity/index.ts';
import type { FrCoreDialect } from '../../../identity/wire/index.ts';
import type { CallOptions } from '../../../internal/abort.ts';
import type { Runtime } from '../../../internal/runtime.ts';
import type { HttpClient } from '../../http/model.ts';

/** Options of `createFhirPatientIdentityClient`. @group Patient identity */
export interface FhirPatientIdentityOptions {
  readonly http: HttpClient;
  /** Base of the server, without parameters. */
  readonly baseUrl: string;
  /**
   * Value of the `Authorization` header, asked before each request; with `renew` the server has
   * refused the one before.
   */
  readonly authorization?: ((options: CallOptions & { readonly renew: boolean }) => Promise<string>) | undefined;
  /**
   * The state of FR Core that the server speaks.
   *
   * @defaultValue `'v2-0445'`, that of FR Core 2.1.0
   */
  readonly dialect?: FrCoreDialect | undefined;
  /**
   * Whether an address may name the patient, where the lines of servers and proxies keep it: the
   * platform must permit it. Without it `identifiers` and `feed` are refused before anything is
   * sent, and a search goes by POST or not at all.
   *
   * @defaultValue `false`
   */
  readonly allowPatientInAddress?: boolean | undefined;
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
  /** Longest answer, in bytes. @defaultValue `16_777_216` */
  readonly maxResponseBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}
