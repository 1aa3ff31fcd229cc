import type { RuleCatalogue } from '../../internal/finding.ts';

/** Published texts the rules come from. */
const texts = {
  guide: "Guide d'intégration éO – Terr-eSanté (SILK Informatique)",
  hd: 'HL7 v2.5, section 2.A.33 (type HD) ; lecture déduite',
  nos: 'ANS, nomenclatures des objets de santé',
  cards: 'ANS, FAQ industriels : identifiant national des cartes CPx',
  vihf: 'CI-SIS, volet Transport synchrone pour client lourd (VIHF)',
  source: 'IHE ITI TF-3, 4.2.3.3.8 : sourceId',
  prudence: 'Règle de prudence de la bibliothèque',
} as const;

/** The rules of `checkConfig`. */
export const configRules = {
  'CFG-01': {
    severity: 'error',
    fr: 'La version de éO ne convient pas : 9.05 ou plus récente requise.',
    en: 'This version of éO does not qualify: 9.05 or later is required.',
    fix: { fr: 'Mettre éO à jour.', en: 'Update éO.' },
    expected: '>=9.05',
    reference: texts.guide,
  },
  'CFG-02': {
    severity: 'error',
    fr: "Le module {module} n'est pas activé.",
    en: 'The module {module} is not enabled.',
    fix: { fr: 'Activer le module {module} pour cet utilisateur.', en: 'Enable the module {module} for this user.' },
    expected: 'true',
    reference: texts.guide,
  },
  'CFG-03': {
    severity: 'warning',
    fr: "Le code du module {module} n'est pas saisi.",
    en: 'The code of the module {module} is empty.',
    fix: {
      fr: 'Saisir le code du module {module}, fourni par le centre de services.',
      en: 'Enter the code of the module {module}, given by the service centre.',
    },
    reference: texts.guide,
  },
  'CFG-04': {
    severity: 'error',
    fr: "Le numéro RPPS est absent ou n'a pas onze chiffres.",
    en: 'The RPPS number is missing or does not have eleven digits.',
    fix: {
      fr: 'Recopier le numéro RPPS de la carte CPS, sans le 8 qui le précède.',
      en: 'Copy the RPPS number of the CPS card, without the 8 before it.',
    },
    expected: 'digits:11',
    reference: texts.guide,
  },
  'CFG-05': {
    severity: 'error',
    fr: 'La clé du numéro RPPS est fausse.',
    en: 'The check digit of the RPPS number is wrong.',
    fix: { fr: 'Vérifier le numéro RPPS chiffre par chiffre.', en: 'Check the RPPS number digit by digit.' },
    reference: texts.nos,
  },
  'CFG-06': {
    severity: 'error',
    fr: "L'identifiant national n'est pas le chiffre 8 suivi du numéro RPPS, ou il est saisi à sa place.",
    en: 'The national identifier is not the digit 8 and the RPPS number, or was typed in its place.',
    fix: {
      fr: "Saisir le RPPS sans le 8 initial, et laisser l'identifiant national vide : il s'en déduit.",
      en: 'Enter the RPPS number without the leading 8, and leave the national identifier empty: it is derived.',
    },
    reference: texts.cards,
  },
  'CFG-07': {
    severity: 'error',
    fr: "L'adresse MSSanté du professionnel est absente ou n'est pas celle d'un professionnel.",
    en: 'The MSSanté address of the professional is missing or is no address of a professional.',
    fix: {
      fr: "Saisir une adresse simple dont le domaine finit par .mssante.fr ; à défaut, une boîte gratuite s'ouvre sur mailiz.mssante.fr.",
      en: 'Enter a plain address whose domain ends with .mssante.fr; without one, a free mailbox is opened at mailiz.mssante.fr.',
    },
    expected: '*.mssante.fr',
    reference: texts.guide,
  },
  'CFG-08': {
    severity: 'error',
    fr: "L'adresse de dépôt est absente ou n'est pas celle d'une boîte MSSanté de la plateforme.",
    en: 'The deposit address is missing or is no MSSanté mailbox of the platform.',
    fix: { fr: "Saisir l'adresse fournie par la plateforme.", en: 'Enter the address given by the platform.' },
    reference: texts.guide,
  },
  'CFG-09': {
    severity: 'warning',
    fr: "L'adresse de dépôt n'est pas celle que la plateforme a publiée.",
    en: 'The deposit address is not the one the platform has published.',
    fix: {
      fr: "Vérifier l'adresse auprès du support de la plateforme.",
      en: "Check the address with the platform's support.",
    },
    reference: texts.guide,
  },
  'CFG-10': {
    severity: 'error',
    fr: "L'adresse des services est absente ou refusée : https, sans identifiant ni fragment, sur un hôte de la plateforme.",
    en: 'The address of the services is missing or refused: https, no user, no fragment, a host of the platform.',
    fix: { fr: "Recopier l'adresse fournie par la plateforme.", en: 'Copy the address given by the platform.' },
    reference: texts.guide,
  },
  'CFG-11': {
    severity: 'error',
    fr: "L'OID du domaine est absent ou mal formé : au moins trois nombres séparés par des points, 64 caractères au plus.",
    en: 'The OID of the domain is missing or malformed: at least three numbers separated by dots, at most 64 characters.',
    fix: { fr: "Recopier l'OID fourni par l'éditeur.", en: 'Copy the OID given by the vendor.' },
    reference: texts.hd,
  },
  'CFG-12': {
    severity: 'error',
    fr: "L'OID du domaine local est celui d'un domaine national ou régional.",
    en: 'The OID of the local domain is that of a national or regional domain.',
    fix: {
      fr: "Demander à l'éditeur l'OID du domaine local : un autre OID désignerait un autre patient.",
      en: 'Ask the vendor for the OID of the local domain: another OID would name another patient.',
    },
    reference: texts.prudence,
  },
  'CFG-13': {
    severity: 'error',
    fr: '{parameter} est absent ou contient une valeur impossible : 1 à 199 caractères, sans ^ & | ~ \\ ni caractère de contrôle.',
    en: '{parameter} is missing or holds an impossible value: 1 to 199 characters, without ^ & | ~ \\ or control characters.',
    fix: {
      fr: "Recopier la valeur de {parameter} fournie par l'éditeur.",
      en: 'Copy the value of {parameter} given by the vendor.',
    },
    reference: texts.hd,
  },
  'CFG-14': {
    severity: 'warning',
    fr: "DomainType n'est pas « ISO » alors que l'identifiant du domaine est un OID.",
    en: 'DomainType is not ISO although the domain is identified by an OID.',
    fix: { fr: "Vérifier DomainType auprès de l'éditeur.", en: 'Check DomainType with the vendor.' },
    expected: 'ISO',
    reference: texts.hd,
  },
  'CFG-15': {
    severity: 'error',
    fr: "L'identifiant de la structure et sa nature ne concordent pas.",
    en: 'The national identifier of the structure and its kind do not agree.',
    fix: {
      fr: "Recopier l'identifiant de structure lu sur la carte CPS, et choisir sa nature.",
      en: 'Copy the identifier of the structure read on the CPS card, and choose its kind.',
    },
    reference: `${texts.nos} (TRE_G07-TypeIdentifiantStructure)`,
  },
  'CFG-16': {
    severity: 'error',
    fr: "Le secteur d'activité est absent ou n'a pas la forme attendue : SA et deux chiffres.",
    en: 'The activity sector is missing or not of the expected form: SA and two digits.',
    fix: {
      fr: "Choisir un code de la table des secteurs d'activité, par exemple SA07.",
      en: 'Choose a code of the table of activity sectors, for example SA07.',
    },
    reference: `${texts.nos} (TRE_R02-SecteurActivite)`,
  },
  'CFG-17': {
    severity: 'error',
    fr: "La spécialité du médecin n'est pas saisie.",
    en: 'The specialty of the physician is missing.',
    fix: {
      fr: 'Saisir la spécialité lue sur la carte, par exemple SM54.',
      en: 'Enter the specialty read on the card, for example SM54.',
    },
    reference: texts.vihf,
  },
  'CFG-18': {
    severity: 'warning',
    fr: "La structure et la situation d'exercice de la carte ne sont pas du même secteur.",
    en: 'The structure and the exercise situation of the card are not of the same sector.',
    fix: {
      fr: "Choisir la situation d'exercice qui correspond à cette structure.",
      en: 'Choose the exercise situation that belongs to this structure.',
    },
    reference: texts.vihf,
  },
  'CFG-19': {
    severity: 'error',
    fr: "Une démarche préalable n'est pas faite : domaine déclaré à la plateforme et au serveur d'identité régional, compte ouvert auprès du support.",
    en: 'A declaration is missing: domain declared to the platform and to the regional identity server, account opened with the support.',
    fix: { fr: 'Faire la démarche, puis cocher sa case.', en: 'Make the declaration, then tick its box.' },
    expected: 'true',
    reference: texts.guide,
  },
  'CFG-20': {
    severity: 'error',
    fr: "Cette valeur n'est pas celle de l'environnement choisi : production, qualification et simulateur ne se mélangent jamais.",
    en: 'This value is not of the chosen environment: production, qualification and simulator are never mixed.',
    fix: {
      fr: "Choisir le descripteur, l'adresse des services et la boîte de dépôt du même environnement.",
      en: 'Choose the descriptor, the address of the services and the deposit mailbox of one environment.',
    },
    reference: texts.prudence,
  },
  'CFG-21': {
    severity: 'info',
    fr: 'Ni la carte Vitale ni le module de facturation ne sont demandés.',
    en: 'Neither the carte Vitale nor the billing module is ever asked for.',
    fix: { fr: 'Ne rien faire.', en: 'Do nothing.' },
    reference: texts.guide,
  },
  'CFG-22': {
    severity: 'warning',
    fr: "L'OID du domaine est précédé de « urn:oid: », qui est ignoré.",
    en: 'The OID of the domain has the prefix urn:oid:, which is ignored.',
    fix: { fr: 'Retirer le préfixe.', en: 'Remove the prefix.' },
    reference: texts.hd,
  },
  'CFG-23': {
    severity: 'error',
    fr: "La spécialité d'auteur ne correspond pas à la profession et à la spécialité.",
    en: 'authorSpecialty does not match the profession and the specialty.',
    fix: {
      fr: "Laisser la spécialité d'auteur vide : elle se déduit.",
      en: 'Leave authorSpecialty empty: it is derived.',
    },
    reference: texts.vihf,
  },
  'CFG-24': {
    severity: 'error',
    fr: "L'OID de l'installation (oidRoot) est mal formé, ou désigne des patients.",
    en: 'The OID of the installation (oidRoot) is malformed, or is one that names patients.',
    fix: {
      fr: "Donner un OID propre à cette installation, sans préfixe, autre que celui du domaine des patients et que ceux de l'INS.",
      en: 'Give an OID of this installation only, without a prefix, other than that of the patient domain and those of the INS.',
    },
    reference: texts.source,
  },
  'CFG-25': {
    severity: 'warning',
    fr: "L'OID de l'installation (oidRoot) n'est pas saisi : aucun document ne peut être déposé sans lui.",
    en: 'The OID of the installation (oidRoot) is empty: no document can be deposited without it.',
    fix: {
      fr: "Donner un OID propre à cette installation, le même tant qu'elle existe.",
      en: 'Give an OID of this installation only, the same for as long as it exists.',
    },
    reference: texts.source,
  },
  'CFG-26': {
    severity: 'error',
    fr: "La valeur de {member} est absente, ou n'est pas de la nature attendue.",
    en: 'The value of {member} is missing, or is not of the expected kind.',
    fix: { fr: 'Saisir {member}.', en: 'Enter {member}.' },
    reference: texts.prudence,
  },
  'CFG-27': {
    severity: 'warning',
    fr: 'La configuration contient un champ inconnu, dont personne ne tient compte.',
    en: 'The configuration holds an unknown member, which nobody heeds.',
    fix: { fr: 'Corriger ou retirer ce champ.', en: 'Correct or remove this member.' },
    reference: texts.prudence,
  },
  'CFG-28': {
    severity: 'error',
    fr: "Le moyen d'authentification configuré n'est pas celui qui est branché au client.",
    en: 'The configured means of authentication is not the one that is plugged into the client.',
    fix: {
      fr: 'Brancher ce qui est configuré : carte (cps, cpe), session Pro Santé Connect (ecps), session par code à usage unique (one-time-code), certificat de la structure (software-certificate) ; ou corriger le moyen configuré.',
      en: 'Plug in what is configured: card (cps, cpe), Pro Santé Connect session (ecps), one-time code session (one-time-code), certificate of the structure (software-certificate); or correct the configured means.',
    },
    reference: texts.vihf,
  },
} as const satisfies RuleCatalogue;
