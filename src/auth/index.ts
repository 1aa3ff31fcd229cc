export type { CallOptions, SessionProvider, SignatureAlgorithm, SigningProvider, TlsIdentity } from './provider.ts';
