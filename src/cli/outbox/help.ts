import { depositStates } from '../../transport/index.ts';

/** How `terr-esante outbox` is used. */
export const help = {
  fr: `usage: terr-esante outbox list [--state ÉTAT]... MAGASIN
       terr-esante outbox show|retry|cancel UNIQUE-ID MAGASIN
       terr-esante outbox summary|unmatched MAGASIN
       terr-esante outbox purge --older-than JOURS MAGASIN
       terr-esante outbox export|erase --patient-file FICHIER [--cancel] MAGASIN
       terr-esante outbox rotate-key --spool DOSSIER --key-file FICHIER --new-key-file FICHIER
  MAGASIN : --spool DOSSIER [--key-file FICHIER] | --database-env NOM [--schema NOM] [--key-file FICHIER]

Les dépôts MSSanté et ce qu'ils deviennent. list, show, summary et unmatched lisent pendant que le logiciel envoie, sans rien
changer ; retry et cancel veulent le dossier pour eux seuls : arrêter d'abord le logiciel.
show dit pourquoi un dépôt attend ou a échoué, et quand il sera essayé. summary compte les dépôts, dit depuis quand attend le
plus ancien et quelles erreurs l'arrêtent. --json : une ligne de JSON par dépôt.
purge efface, logiciel arrêté, les dépôts terminés dont plus rien n'a été appris depuis JOURS jours : reçu, preuves, message
gardé d'un échec ; le même document pourra être déposé une seconde fois. rotate-key chiffre de nouveau tout le dossier avec la
clé de --new-key-file, logiciel arrêté ; après un arrêt brutal, la même commande reprend.
export écrit une ligne de JSON par dépôt d'un patient ; erase les efface, logiciel arrêté, et refuse tant qu'un dépôt attend
d'être envoyé, sauf si --cancel y renonce d'abord ; après un arrêt brutal, la même commande termine. --patient-file : JSON de
PatientInput, dont localId et ins suffisent ; aucun identifiant n'est écrit sur la ligne de commande.
--key-file : les 32 octets qui chiffrent le magasin. --database-env : variable d'environnement avec la
chaîne de connexion.
ÉTAT : ${Object.keys(depositStates).join(', ')}.

code de sortie : 0 fait, 1 un dépôt listé a été refusé ou abandonné, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante outbox list [--state STATE]... STORE
       terr-esante outbox show|retry|cancel UNIQUE-ID STORE
       terr-esante outbox summary|unmatched STORE
       terr-esante outbox purge --older-than DAYS STORE
       terr-esante outbox export|erase --patient-file FILE [--cancel] STORE
       terr-esante outbox rotate-key --spool DIR --key-file FILE --new-key-file FILE
  STORE: --spool DIR [--key-file FILE] | --database-env NAME [--schema NAME] [--key-file FILE]

Deposits by MSSanté and what became of them. list, show, summary and unmatched read while the software sends, and change
nothing; retry and cancel want the spool for themselves: stop the software first.
show says why a deposit waits or failed, and when it is tried next. summary counts the deposits, says since when the oldest
waits and which errors stand in the way. --json: one line of JSON per deposit.
purge removes, the software stopped, ended deposits of which nothing was learnt for DAYS days: receipt, evidence, kept message of
a failure; the same document may then be deposited a second time. rotate-key encrypts the whole spool anew with the key of
--new-key-file, the software stopped; after a crash the same command goes on.
export writes a line of JSON per deposit of one patient; erase removes them, the software stopped, and refuses while a deposit
waits to be sent, unless --cancel gives it up first; after a crash the same command ends what was begun. --patient-file: JSON of
PatientInput, of which localId and ins are enough; no identifier is written on the command line.
--key-file: the 32 bytes that encrypt the store. --database-env: environment variable with the connection string.
STATE: ${Object.keys(depositStates).join(', ')}.

exit code: 0 done, 1 a listed deposit was refused or given up, 2 unusable input or usage.
`,
};
