import { authority, issueCertificate, keyUsage, type Issuer, type Name } from './certificate.ts';
import { ellipticKeyPair } from './keys.ts';
import { at, day } from './names.ts';

export interface Authority extends Issuer {
  readonly der: Uint8Array;
}

/** The three authorities of a hierarchy, and the moment around which they are valid. */
export interface Authorities {
  readonly now: number;
  /** Names and extensions bear the marks of test. */
  readonly test: boolean;
  readonly root: Authority;
  readonly persons: Authority;
  readonly organisations: Authority;
}

function authorityName(commonName: string, test: boolean): Name {
  return [
    [[at.c, 'FR']],
    [[at.o, 'AUTORITE FICTIVE']],
    [[at.ou, '0002 000000000']],
    [[at.ou, test ? 'IGC-SANTE TEST' : 'IGC-SANTE']],
    [[at.cn, test ? `TEST ${commonName}` : commonName]],
  ];
}

function makeAuthority(commonName: string, test: boolean, now: number, parent?: Authority): Authority {
  const { publicKey, privateKey } = ellipticKeyPair();
  const name = authorityName(commonName, test);
  const issuer = parent ?? { name, key: privateKey, publicKey };

  const der = issueCertificate(
    {
      subject: name,
      publicKey,
      notBefore: now - 3650 * day,
      notAfter: now + 3650 * day,
      extensions: [authority(parent ? 0 : undefined), keyUsage('keyCertSign', 'cRLSign')],
    },
    issuer,
  );

  return { name, key: privateKey, publicKey, der };
}

/** Makes a root, and under it one authority for persons and one for organisations. */
export function makeAuthorities(now: number, test: boolean): Authorities {
  const root = makeAuthority('AC RACINE FICTIVE', test, now);

  return {
    now,
    test,
    root,
    persons: makeAuthority('AC FICTIVE FORT PERSONNES', test, now, root),
    organisations: makeAuthority('AC FICTIVE ELEMENTAIRE ORGANISATIONS', test, now, root),
  };
}
