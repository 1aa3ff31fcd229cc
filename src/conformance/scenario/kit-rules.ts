import type { BilingualText } from './model.ts';

export interface KitRule extends BilingualText {
  readonly fix: BilingualText;
  /** A safety rule: no waiver covers it. */
  readonly safety: boolean;
}

const rule = (fr: string, en: string, fixFr: string, fixEn: string, safety = false): KitRule => ({
  fr,
  en,
  fix: { fr: fixFr, en: fixEn },
  safety,
});

/** Rules of behaviour, that only a running software can keep or break. */
export const kitRules: Readonly<Record<string, KitRule>> = {
  'K-NOSEND': rule(
    "Un acte refusé n'envoie rien.",
    'A refused act sends nothing.',
    "Contrôler avant d'ouvrir la connexion.",
    'Check before the connection is opened.',
  ),
  'K-TOLD': rule(
    "L'utilisateur lit en français ce qui ne va pas et ce qu'il peut faire.",
    'The user reads in French what is wrong and what to do.',
    "Afficher la phrase de l'erreur, avec le nom de ce qui manque.",
    'Show the sentence of the error, with the name of what is missing.',
  ),
  'K-NOPICK': rule(
    'Le logiciel ne choisit jamais entre des personnes ou des codes.',
    'Software never chooses among people or codes.',
    "Montrer les possibilités et attendre le choix de l'utilisateur.",
    'Show the candidates and wait for the choice of the user.',
    true,
  ),
  'K-SAMEPAT': rule(
    'Le patient demandé, envoyé et affiché est un seul et même patient.',
    'Asked, sent and shown patient are one.',
    "Lier chaque appel et chaque réponse à l'identifiant du patient, pas à l'écran ouvert.",
    'Bind each call and answer to the identifier of the patient, not to the open screen.',
    true,
  ),
  'K-INS': rule(
    "Le matricule et son OID voyagent ensemble, et seulement quand l'identité est qualifiée.",
    'Matricule and OID travel together, only when qualified.',
    "N'écrire l'INS que pour le statut QUAL, toujours avec son OID et les traits.",
    'Write the INS for the status QUAL only, always with its OID and the traits.',
  ),
  'K-CONSENT': rule(
    "Le consentement est recueilli avant l'acte, jamais coché d'avance, un par finalité.",
    'Consent is recorded before the act, never preticked, one per purpose.',
    'Demander le consentement au dépôt et refuser sans lui.',
    'Ask for the consent to the deposit and refuse without it.',
    true,
  ),
  'K-ONCE': rule(
    "Un acte n'a qu'un effet.",
    'An act has one effect.',
    "Garder l'identifiant du premier envoi et le reprendre à chaque nouvel essai.",
    'Keep the identifier of the first attempt and use it again at each retry.',
    true,
  ),
  'K-SAMEID': rule(
    'Un nouvel essai porte les mêmes identifiants.',
    'A retry has the same identifiers.',
    'Renvoyer le message enregistré, octet pour octet.',
    'Send the stored message again, byte for byte.',
  ),
  'K-STATE': rule(
    'Un état affiché ne va jamais au-delà de ce qui est prouvé.',
    'A state shown never exceeds its evidence.',
    "Après la réponse 250, afficher « pris en charge » ; « intégré » n'appartient qu'à un rapport.",
    'After reply 250 show "taken in charge"; "integrated" belongs to a report only.',
  ),
  'K-PACE': rule(
    'Les essais et les connexions ne dépassent pas ce qui est annoncé.',
    'Requests stay within what was said.',
    'Espacer les essais, et partager les connexions.',
    'Space the attempts out and share connections.',
  ),
  'K-LINK': rule(
    "Un rapport se rattache par ses identifiants et son expéditeur, jamais par l'objet.",
    'Reports are tied by identifiers and sender, never by subject.',
    'Comparer Original-Message-ID, In-Reply-To et References aux envois connus, puis vérifier qui écrit.',
    'Compare Original-Message-ID, In-Reply-To and References with known deposits, then check who writes.',
  ),
  'K-KEEP': rule(
    'Rien de ce qui a été pris en charge ne se perd.',
    'Nothing acknowledged is lost.',
    "Écrire sur disque avant d'envoyer, et garder les rapports sans dépôt connu.",
    'Write to disk before sending, and keep reports without a known deposit.',
  ),
  'K-RESUME': rule(
    'Le travail reprend après un arrêt.',
    'Work resumes after a stop.',
    'Relire la file au démarrage et reprendre les envois en attente.',
    'Read the queue at start and resume what waits.',
  ),
  'K-TLS': rule(
    "Aucun octet ne part vers un serveur qui n'a pas prouvé qui il est.",
    'No byte to an unproved peer.',
    "Exiger STARTTLS, l'autorité de l'IGC-Santé et le nom du serveur ; aucune option ne l'enlève.",
    'Demand STARTTLS, the authority of the IGC-Santé and the name of the server; no option removes it.',
    true,
  ),
  'K-BOUND': rule(
    'Tout se termine en temps borné, et le reste continue de marcher.',
    'Ends in time, the rest keeps working.',
    'Donner un délai à chaque attente.',
    'Give each wait a limit.',
  ),
  'K-ESC': rule(
    "Le texte venu d'ailleurs reste du texte : rien ne s'exécute, rien ne se charge.",
    'Foreign text is text, nothing runs or loads.',
    'Afficher du texte, jamais le HTML reçu.',
    'Show text, never received HTML.',
  ),
  'K-CANARY': rule(
    "Les valeurs du patient et les secrets ne sont nulle part où ils n'ont pas à être.",
    'Planted values are nowhere they may not be.',
    "N'écrire dans les journaux que des identifiants techniques.",
    'Write technical identifiers only in logs.',
    true,
  ),
  'K-WIRE': rule(
    'Le message a la forme exacte de la norme.',
    'Exact form of a standard wire.',
    'Comparer avec `terr-esante check message.eml`.',
    'Compare with `terr-esante check message.eml`.',
  ),
  'LEG-03': rule(
    "Le consentement au dépôt est explicite, jamais coché d'avance.",
    'The consent to a deposit is explicit, never ticked in advance.',
    'Laisser la case vide et refuser le dépôt sans elle.',
    'Leave the box empty and refuse the deposit without it.',
  ),
  'LEG-08': rule(
    'Les cinq traits sont obligatoires.',
    'The five traits are needed.',
    'Nommer le trait qui manque et arrêter là.',
    'Name the missing trait and stop there.',
  ),
};
