export { buildCertificateChain, type CertificateChain, type ChainOptions } from './certificates/chain.ts';
export {
  formatName,
  sameName,
  type DistinguishedName,
  type NameAttribute,
  type NameFormat,
} from './certificates/dn.ts';
export { readCertificateIdentity, type CertificateIdentity } from './certificates/identity.ts';
export { derToPem, pemToDer } from './certificates/pem.ts';
export { readCertificate, type Certificate, type CertificateExtension, type KeyUsage } from './certificates/x509.ts';
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
  CardCertificate,
  CardEvent,
  CardInfo,
  CardPractice,
  CardReader,
  PinAnswer,
  PinRequest,
  PinState,
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
export type { CallOptions, SessionProvider, SignatureAlgorithm, SigningProvider, TlsIdentity } from './provider.ts';
export type { VihfCode, VihfPurpose } from './vihf/codes.ts';
export { createVihf } from './vihf/create.ts';
export {
  explainAssertion,
  type AssertionExplanation,
  type ExplainedStep,
  type SignatureEvidence,
} from './vihf/explain/explain.ts';
export {
  Vihf,
  type VihfAuthentication,
  type VihfExtraAttribute,
  type VihfInput,
  type VihfMode,
  type VihfSoftware,
  type VihfTarget,
} from './vihf/model.ts';
export type { VihfVersion } from './vihf/names.ts';
export type { VihfValue } from './vihf/verify/content.ts';
export type { AssertionPolicy } from './vihf/verify/examine.ts';
export { createReplayGuard, type ReplayGuard } from './vihf/verify/replay.ts';
export { verifyAssertion, type VerifiedAssertion, type VerifyAssertionOptions } from './vihf/verify/verify.ts';
