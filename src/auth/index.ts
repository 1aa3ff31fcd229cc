/**
 * Who signs (CPS card, PKCS#12, PEM, one-time code, Pro Santé Connect), and the VIHF: made,
 * verified, explained. Guides: `docs/vihf.md`, `docs/signer-avec-la-carte-cps.md`,
 * `docs/s-authentifier.md`.
 *
 * @packageDocumentation
 */

export { buildCertificateChain, type CertificateChain, type ChainOptions } from './certificates/chain.ts';
export { certificateExpiry } from './certificates/expiry.ts';
export { readCertificateIdentity, type CertificateIdentity } from './certificates/identity.ts';
export {
  checkRevocation,
  type RevocationFetcher,
  type RevocationOptions,
  type RevocationRequest,
  type RevocationStatus,
} from './certificates/revocation.ts';
export type { Certificate } from './certificates/x509.ts';
export { createInsiAssertion, type InsiAssertionInput, type InsiAssertionOptions } from './insi/assertion.ts';
export type {
  OtpAnswer,
  OtpChallenge,
  OtpChallengeAnswer,
  OtpChannel,
  OtpCredentials,
  OtpProvider,
  OtpProviderOptions,
  OtpRefusal,
  OtpSession,
  OtpSessionAnswer,
  OtpTransport,
} from './otp/model.ts';
export { createOtpProvider } from './otp/provider.ts';
export type { Pkcs11Module } from './pkcs11/module.ts';
export { createPkcs11Provider } from './pkcs11/provider.ts';
export type {
  CardEvent,
  CardInfo,
  CardPractice,
  CardReader,
  PinAnswer,
  PinRequest,
  Pkcs11Provider,
  Pkcs11ProviderOptions,
} from './pkcs11/types.ts';
export type { KeySelection } from './pkcs12/identities.ts';
export {
  createPemProvider,
  createPkcs12Provider,
  type PemProviderOptions,
  type Pkcs12ProviderOptions,
} from './pkcs12/provider.ts';
export type {
  ProSanteConnectCibaInput,
  ProSanteConnectHttp,
  ProSanteConnectIdentity,
  ProSanteConnectOptions,
  ProSanteConnectPending,
  ProSanteConnectProvider,
  ProSanteConnectServer,
  ProSanteConnectSession,
  ProSanteConnectTransaction,
} from './pro-sante-connect/model.ts';
export { proSanteConnectProfessional } from './pro-sante-connect/professional.ts';
export { createProSanteConnectProvider } from './pro-sante-connect/provider.ts';
export { proSanteConnectServers } from './pro-sante-connect/servers.ts';
export type {
  OwnedSigningProvider,
  SessionLogin,
  SessionProvider,
  SignatureAlgorithm,
  SigningProvider,
  TlsIdentity,
} from './provider.ts';
export { createVihfCache, type VihfCache, type VihfCacheOptions } from './vihf/cache.ts';
export { measureClockSkew, type ClockReading, type ClockSkew } from './vihf/clock.ts';
export type { VihfPurpose } from './vihf/codes.ts';
export { createVihf, type VihfOptions } from './vihf/create.ts';
export {
  explainAssertion,
  type AssertionExplanation,
  type ExplainedStep,
  type ExplainPolicy,
  type SignatureEvidence,
} from './vihf/explain/explain.ts';
export {
  Vihf,
  type VihfAuthentication,
  type VihfInput,
  type VihfMode,
  type VihfSoftware,
  type VihfTarget,
} from './vihf/model.ts';
export type { VihfVersion } from './vihf/names.ts';
export type { AssertionPolicy } from './vihf/verify/policy.ts';
export { createReplayGuard, type ReplayGuard } from './vihf/verify/replay.ts';
export { verifyAssertion, type VerifiedAssertion, type VerifyAssertionOptions } from './vihf/verify/verify.ts';
