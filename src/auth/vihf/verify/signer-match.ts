import type { Finding } from '../../../errors.ts';
import { sameName } from '../../certificates/dn.ts';
import { environmentOf, identityOf } from '../../certificates/identity.ts';
import type { Certificate } from '../../certificates/x509.ts';
import { vihfAttribute } from '../names.ts';
import { modeOf, stringOf } from './content-rules.ts';
import type { AssertionContent } from './content.ts';
import { problem } from './problem.ts';

const emailProtection = '1.3.6.1.5.5.7.3.4';
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Whether this certificate is of a kind that may sign an assertion at all. */
export function certificateFindings(
  certificate: Certificate,
  environment: 'test' | 'production' | undefined,
): Finding[] {
  const out: Finding[] = [];
  const path = 'Signature/KeyInfo/X509Data/X509Certificate';
  const { key, keyUsage, extendedKeyUsage } = certificate;
  if (key.type !== 'rsa' || (key.bits ?? 0) < 2048) {
    out.push(
      problem(
        'CERT-KEY',
        path,
        'Clé RSA de 2048 bits au moins attendue.',
        'An RSA key of at least 2048 bits is expected.',
        { found: `${key.type} ${key.bits ?? ''}`.trim() },
      ),
    );
  }
  if (
    certificate.isAuthority ||
    !keyUsage ||
    !(keyUsage.includes('digitalSignature') || keyUsage.includes('nonRepudiation'))
  ) {
    out.push(
      problem(
        'CERT-USAGE',
        path,
        "Ce certificat n'est pas fait pour signer.",
        'This certificate is not meant for signing.',
        { found: keyUsage?.join(', '), expected: 'digitalSignature' },
      ),
    );
  }
  if (extendedKeyUsage && !extendedKeyUsage.includes(emailProtection) && !extendedKeyUsage.includes(clientAuth)) {
    out.push(
      problem(
        'CERT-USAGE',
        path,
        'Un certificat de serveur ne signe pas un VIHF.',
        'A server certificate does not sign a VIHF.',
        { found: extendedKeyUsage.join(', ') },
      ),
    );
  }
  const marked = environmentOf(certificate);
  if (environment !== undefined && marked !== null && marked !== environment) {
    out.push(
      problem(
        'CERT-ENVIRONMENT',
        path,
        "Certificat de test en production, ou l'inverse.",
        'A test certificate in production, or the reverse.',
        { found: marked, expected: environment },
      ),
    );
  }
  return out;
}

/** Whether the signer may say what the assertion says. */
export function signerFindings(content: AssertionContent, certificate: Certificate): Finding[] {
  const out: Finding[] = [];
  if (!sameName(certificate.subject, content.issuer)) {
    out.push(
      problem(
        'VIHF-ISSUER',
        'Issuer',
        "L'émetteur n'est pas le sujet du certificat qui a signé.",
        'Issuer is not the subject of the signing certificate.',
        {
          expected: 'le nom du sujet, le RDN le plus précis en tête (RFC 4514)',
          fix: 'Construisez Issuer à partir du certificat de signature.',
        },
      ),
    );
  }
  const identity = identityOf(certificate);
  const mode = modeOf(content);
  if (mode === 'direct') {
    if (identity.kind !== 'person') {
      out.push(
        problem(
          'VIHF-SIGNER',
          'Signature',
          'En mode direct, le professionnel signe avec sa carte.',
          'In direct mode the professional signs with a card.',
          { found: "certificat d'organisation", expected: 'certificat de carte' },
        ),
      );
    } else if (identity.nationalId !== content.nameId) {
      out.push(
        problem(
          'VIHF-HOLDER',
          'Subject/NameID',
          "Le sujet n'est pas le porteur de la carte qui a signé.",
          'The subject is not the holder of the card that signed.',
          { fix: 'Lisez NameID dans le certificat de la carte (CN).' },
        ),
      );
    }
    if (identity.use !== 'signature') {
      out.push(
        problem(
          'CERT-USAGE',
          'Signature/KeyInfo/X509Data/X509Certificate',
          "Signé avec le certificat d'authentification de la carte.",
          'Signed with the authentication certificate of the card.',
          { expected: 'nonRepudiation', fix: 'Signez avec le certificat de signature (CPS_PRIV_SIG).' },
        ),
      );
    }
  } else if (mode !== null) {
    if (identity.kind !== 'organisation') {
      out.push(
        problem(
          'VIHF-SIGNER',
          'Signature',
          'En mode indirect, la structure signe avec son certificat.',
          'In indirect modes the structure signs.',
          { found: 'certificat de carte', expected: "certificat d'organisation" },
        ),
      );
    }
    const structure = stringOf(content, vihfAttribute.structure);
    if (identity.structureId !== null && structure !== null && identity.structureId !== structure) {
      out.push(
        problem(
          'VIHF-STRUCTURE-SIGNER',
          `Attribute[@Name="${vihfAttribute.structure}"]`,
          "La structure déclarée n'est pas celle du certificat qui a signé.",
          'The declared structure is not that of the signing certificate.',
          {
            severity: 'warning',
            fix: 'Une entité géographique peut être couverte par le certificat de son entité juridique : vérifiez le lien.',
          },
        ),
      );
    }
  }
  return out;
}
