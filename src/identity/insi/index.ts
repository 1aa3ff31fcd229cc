/**
 * Client of the national INSi service. Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export { createInsiClient, type InsiClientConfig } from './client.ts';
export type { InsiAnswer, InsiHttp, InsiIns, InsiPort, InsiTraits, InsiTraitsQuery, InsiVitaleQuery } from './model.ts';
export type { InsiSender } from './request.ts';
