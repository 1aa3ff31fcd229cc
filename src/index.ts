/**
 * The client: dossier, consent, notifications and documents with one configuration; the errors of every part.
 * Guides: `docs/dossier.md`, `docs/errors.md`.
 *
 * @module terr-esante-sdk
 */

export type { ClientOutboxOptions, OutboxOperations } from './client-outbox.ts';
export { createClient, type ClientOptions, type ClientTlsOptions, type TerrESanteClient } from './client.ts';
export {
  isTerrESanteError,
  TerrESanteError,
  type Finding,
  type SafeDetails,
  type Severity,
  type TerrESanteErrorCode,
  type TerrESanteErrorInit,
} from './errors.ts';
export type { CallOptions } from './internal/abort.ts';
export type { Clock, IdSource, Runtime } from './internal/runtime.ts';
export type { TerrESanteConfig } from './platform/index.ts';
