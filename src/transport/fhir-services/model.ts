import type { InsEnvironment, Professional, Structure } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
import type { FhirServices } from './services.ts';

/** What the FHIR server of one platform is called with. */
export interface FhirBindingOptions {
  /** Base address of the platform's services, without a final slash. */
  readonly url: string;
  readonly http: HttpClient;
  readonly runtime: Runtime;
  /** Who asks: members of a care circle are compared with it. */
  readonly professional: Professional;
  readonly structure: Structure;
  /** OID of the regional identifiers; `null` when not published. */
  readonly regionalOid: string | null;
  readonly environment: InsEnvironment;
  readonly services: FhirServices;
  /** The token of the host, where the platform wants one. */
  readonly authorization?: ((options: CallOptions & { readonly renew: boolean }) => Promise<string>) | undefined;
}
