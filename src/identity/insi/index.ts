/** The INSi as the rest of the package sees it: the port, its questions, its answers. */
export type {
  InsiAnswer,
  InsiIns,
  InsiPort,
  InsiSender,
  InsiTraits,
  InsiTraitsQuery,
  InsiVerification,
  InsiVerifier,
  InsiVitaleQuery,
} from './model.ts';
export {
  contextHeaders,
  requireAssertion,
  requireVerifiable,
  traitsQuestion,
  vitaleQuestion,
  type InsiQuestion,
} from './request.ts';
export { insiResultName, readInsiAnswer } from './response.ts';
