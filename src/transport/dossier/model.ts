import type { InsEnvironment } from '../../identity/index.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
import type { SoapServices } from './services.ts';

/** What the services of one platform are called with. */
export interface DossierServicesOptions {
  /** Base address, without a final slash. */
  readonly url: string;
  readonly http: HttpClient;
  readonly runtime: Runtime;
  /** OID of this software, as it is declared to the platform. */
  readonly sender: string;
  /** OID of the regional identifiers; `null` when not published. */
  readonly regionalOid: string | null;
  readonly environment: InsEnvironment;
  readonly services: SoapServices;
}
