/**
 * Client of the national INSi service. Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export { createInsiClient, type InsiClientConfig } from './client.ts';
export type {
  InsiAnswer,
  InsiExchange,
  InsiHttp,
  InsiIns,
  InsiPort,
  InsiTraits,
  InsiTraitsQuery,
  InsiVitaleQuery,
  VitaleNumber,
} from './model.ts';
export type { InsiSender } from './request.ts';
