import type { Command } from './io.ts';
import type { Bilingual } from './language.ts';

/** A command: what the help says of it, and its code, loaded when it is called. */
export interface CommandEntry {
  readonly summary: Bilingual;
  readonly load: () => Promise<Command>;
}

/** The commands of `terr-esante`, in the order of the help. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  demo: {
    summary: {
      fr: "tout le parcours sur ce poste : une lettre, d'un PDF jusqu'au dossier",
      en: 'the whole path on this machine: a letter from a PDF to the dossier',
    },
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  simulator: {
    summary: { fr: "l'autre côté, sur 127.0.0.1 seulement", en: 'the far side, on 127.0.0.1 only' },
    load: async () => (await import('./simulator.ts')).simulatorCommand,
  },
  check: {
    summary: {
      fr: 'expliquer ce qui ne va pas dans un fichier : identité, CDA, METADATA.XML, XDM, VIHF, message',
      en: 'explain what is wrong in a file: identity, CDA, METADATA.XML, XDM, VIHF, mail',
    },
    load: async () => (await import('./check.ts')).checkCommand,
  },
  conformance: {
    summary: {
      fr: 'éprouver un logiciel entier contre le simulateur : conformance init|list|explain|run|check|report',
      en: 'prove a whole software against the simulator: conformance init|list|explain|run|check|report',
    },
    load: async () => (await import('./conformance.ts')).conformanceCommand,
  },
  inspect: {
    summary: {
      fr: 'dire ce que contient un fichier : CDA, METADATA.XML, XDM, VIHF, message, datamatrix INS',
      en: 'say what a file holds: CDA, METADATA.XML, XDM, VIHF, mail, INS datamatrix',
    },
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  document: {
    summary: {
      fr: "fabriquer un document d'après sa description : document build SPEC.json --out DOSSIER",
      en: 'build a document from its description: document build SPEC.json --out DIR',
    },
    load: async () => (await import('./document.ts')).documentCommand,
  },
  types: {
    summary: {
      fr: 'trouver un type de document par son libellé ou son code : types RECHERCHE',
      en: 'find a document type by its French label or code: types SEARCH',
    },
    load: async () => (await import('./types.ts')).typesCommand,
  },
  identity: {
    summary: {
      fr: "contrôler les patients d'un fichier ou d'un flux : identity check FICHIER|-",
      en: 'check the patients of a file or of a stream: identity check FILE|-',
    },
    load: async () => (await import('./identity.ts')).identityCommand,
  },
  card: {
    summary: {
      fr: 'lecteurs, porteur, certificats et activités de la carte CPS',
      en: 'readers, holder, certificates and practices of the CPS card',
    },
    load: async () => (await import('./card.ts')).cardCommand,
  },
  vihf: {
    summary: {
      fr: 'expliquer pas à pas pourquoi un VIHF est refusé',
      en: 'explain step by step why a VIHF is refused',
    },
    load: async () => (await import('./vihf.ts')).vihfCommand,
  },
  outbox: {
    summary: {
      fr: "les dépôts et ce qu'ils deviennent : outbox list|show|summary|retry|cancel|unmatched",
      en: 'deposits and what became of them: outbox list|show|summary|retry|cancel|unmatched',
    },
    load: async () => (await import('./outbox.ts')).outboxCommand,
  },
  audit: {
    summary: {
      fr: 'le journal des accès : audit verify|export|purge',
      en: 'the journal of accesses: audit verify|export|purge',
    },
    load: async () => (await import('./audit.ts')).auditCommand,
  },
  mail: {
    summary: {
      fr: 'essayer les serveurs MSSanté sans rien envoyer : mail test',
      en: 'try the MSSanté servers without sending: mail test',
    },
    load: async () => (await import('./mail.ts')).mailCommand,
  },
  doctor: {
    summary: {
      fr: 'dire pourquoi cela ne marche pas et que faire, réunir ce que demande le support',
      en: 'say why it does not work and what to do, gather what support needs',
    },
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  completion: {
    summary: {
      fr: "l'achèvement des mots pour votre interpréteur : completion bash|zsh|fish",
      en: 'completion of words for your shell: completion bash|zsh|fish',
    },
    load: async () => (await import('./completion.ts')).completionCommand(commands),
  },
};
