import { TerrESanteError } from '../../errors.ts';

/** What holds a key: the sentence of an error names it. */
export type Keystore = 'pkcs12' | 'pem';

const subjects: Readonly<Record<Keystore, string>> = {
  pkcs12: 'Le fichier de certificat (PKCS#12)',
  pem: 'La clé privée (PEM)',
};

/** Why a keystore is not opened although it is whole. Any other reason: it cannot be read. */
const sentences: Readonly<Record<string, string>> = {
  algorithm: 'emploie un chiffrement non pris en charge',
  iterations: "demande trop de calculs pour dériver sa clé (plus de 4 millions d'itérations, ou trop de mémoire)",
  'mac-algorithm': "est scellé par un calcul d'intégrité non pris en charge",
  'integrity-mode': "est scellé par une signature, non par un mot de passe : ce mode n'est pas pris en charge",
  jks: 'est un magasin de clés Java (JKS ou JCEKS) : convertissez-le, avec keytool -importkeystore -deststoretype PKCS12',
  'is-pem': 'est un texte PEM : donnez sa clé et ses certificats à createPemProvider',
  'is-certificate': "ne contient qu'un certificat, sans clé privée",
  size: 'est trop long pour un fichier de certificat',
};

/**
 * Names of algorithms that are refused but still found in files: an OID says nothing to a reader.
 */
const names: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4 128 bits',
  '1.2.840.113549.1.12.1.2': 'RC4 40 bits',
  '1.2.840.113549.1.5.1': 'MD2 et DES',
  '1.2.840.113549.1.5.3': 'MD5 et DES',
  '1.2.840.113549.1.5.4': 'MD2 et RC2',
  '1.2.840.113549.1.5.6': 'MD5 et RC2',
  '1.2.840.113549.1.5.10': 'SHA-1 et DES',
  '1.2.840.113549.1.5.11': 'SHA-1 et RC2',
  '1.2.840.113549.3.2': 'RC2',
  '1.2.840.113549.3.4': 'RC4',
  '1.3.14.3.2.7': 'DES',
  '1.2.840.113549.2.5': 'MD5',
};

/** A keystore that is not opened, with the true reason. */
export function keystoreFault(reason: string, keystore: Keystore = 'pkcs12', oid?: string): TerrESanteError {
  const name = oid === undefined ? undefined : (names[oid] ?? oid);
  const sentence = sentences[reason] ?? (keystore === 'pem' ? 'est illisible' : 'est illisible ou altéré');

  return new TerrESanteError(
    'TE_KEYSTORE_INVALID',
    `${subjects[keystore]} ${sentence}${name === undefined ? '' : ` : ${name}`}.`,
    { details: { reason, ...(oid !== undefined && { oid }) } },
  );
}
