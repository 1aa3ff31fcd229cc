import { errorCodes } from '../../conformance/index.ts';
import type { DiagnosisStep } from '../../index.ts';
import type { Bilingual } from '../language.ts';

/** Why a step failed and what to do; `null` where its findings say it, or nothing is wrong. */
export interface Remedy {
  readonly cause: Bilingual | null;
  readonly fix: Bilingual | null;
}

const authority: Remedy = {
  cause: {
    fr: "L'autorité qui a signé le certificat du serveur n'est pas reconnue.",
    en: 'The authority that signed the certificate of the server is not trusted.',
  },
  fix: {
    fr: "Donner l'autorité de la plateforme (--ca, tls.ca) ; si un proxy lit la connexion, donner la sienne.",
    en: 'Give the authority of the platform (--ca, tls.ca); where a proxy reads the connection, give its own.',
  },
};

const name: Remedy = {
  cause: {
    fr: 'Le nom du serveur ne mène à aucune adresse : nom faux, ou réseau sans accès à Internet.',
    en: 'The name of the server leads to no address: a wrong name, or a network without access to the Internet.',
  },
  fix: {
    fr: "Vérifier la connexion à Internet, puis l'adresse des services (quai.url) et les serveurs de noms du poste.",
    en: 'Check the access to the Internet, then the address of the services (quai.url) and the name servers.',
  },
};

const network: Remedy = {
  cause: {
    fr: 'Le réseau ne mène pas au serveur.',
    en: 'The network does not lead to the server.',
  },
  fix: {
    fr: 'Vérifier la connexion à Internet, le pare-feu et le proxy.',
    en: 'Check the access to the Internet, the firewall and the proxy.',
  },
};

/** What the words of TLS and of the network mean here. */
const ofReason: Readonly<Record<string, Remedy>> = {
  CERT_HAS_EXPIRED: {
    cause: {
      fr: "Le certificat du serveur est périmé, ou l'horloge du poste avance.",
      en: 'The certificate of the server is over, or the clock of this machine is ahead.',
    },
    fix: {
      fr: "Vérifier la date et l'heure du poste ; si elles sont justes, prévenir le support de la plateforme.",
      en: 'Check date and time of this machine; when they are right, tell the support of the platform.',
    },
  },
  CERT_NOT_YET_VALID: {
    cause: {
      fr: "Le certificat du serveur n'est pas encore valable, ou l'horloge du poste retarde.",
      en: 'The certificate of the server is not valid yet, or the clock of this machine is late.',
    },
    fix: { fr: "Mettre le poste à l'heure.", en: 'Set the clock of this machine.' },
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    cause: {
      fr: "Le certificat présenté est celui d'un autre serveur.",
      en: 'The certificate shown is that of another server.',
    },
    fix: {
      fr: "Vérifier l'adresse des services (quai.url) ; si elle est juste, ne rien envoyer et prévenir le support.",
      en: 'Check the address of the services (quai.url); when it is right, send nothing and tell the support.',
    },
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority,
  UNABLE_TO_GET_ISSUER_CERT: authority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority,
  SELF_SIGNED_CERT_IN_CHAIN: authority,
  DEPTH_ZERO_SELF_SIGNED_CERT: authority,
  CERT_SIGNATURE_FAILURE: authority,
  ENOTFOUND: name,
  EAI_AGAIN: name,
  ECONNREFUSED: {
    cause: {
      fr: "Rien n'écoute à cette adresse : le service est arrêté, ou le port est faux.",
      en: 'Nothing listens at this address: the service is stopped, or the port is wrong.',
    },
    fix: {
      fr: "Vérifier l'adresse et le port des services (quai.url), puis réessayer plus tard.",
      en: 'Check address and port of the services (quai.url), then try again later.',
    },
  },
  EHOSTUNREACH: network,
  ENETUNREACH: network,
  ETIMEDOUT: network,
};

/** The cause and the fix of a step that failed. */
export function remedyOf({ error, findings, state }: DiagnosisStep): Remedy {
  // Each finding says what is wrong and what to do.
  const bad = findings.find(({ severity }) => severity !== 'info');
  if (bad) return { cause: null, fix: null };
  if (!error || state === 'ok') return { cause: null, fix: null };

  const { code, reason } = error;
  if (reason !== null && Object.hasOwn(ofReason, reason)) return ofReason[reason] ?? { cause: null, fix: null };

  const known = errorCodes().find((row) => row.code === code);
  return known ? { cause: known.cause, fix: known.developer } : { cause: null, fix: null };
}
