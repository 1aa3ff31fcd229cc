import type { ProSanteConnectServer } from './model.ts';

/**
 * Published addresses of Pro Santé Connect: sandbox (BAS) and production.
 *
 * @see ANS, Pro Santé Connect, technical documentation
 * @group Pro Santé Connect
 */
export const proSanteConnectServers: Readonly<Record<'sandbox' | 'production', ProSanteConnectServer>> = {
  sandbox: {
    issuer: 'https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet',
    discoveryUrl:
      'https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet/.well-known/wallet-openid-configuration',
  },
  production: {
    issuer: 'https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet',
    discoveryUrl: 'https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet/.well-known/wallet-openid-configuration',
  },
};
