import { element, fragment, text, trustedXml, type Xml } from '../../internal/xml/index.ts';
import type { Submission } from '../model/submission.ts';

/** Who sends the archive and with what, as README.TXT and INDEX.HTM say. @group XDM */
export interface XdmSender {
  readonly name: string;
  readonly organization?: string | undefined;
  readonly address?: string | undefined;
  readonly phone?: string | undefined;
}

/** The software named in README.TXT. @group XDM */
export interface XdmApplication {
  readonly name: string;
  readonly version: string;
  readonly vendor: string;
}

export interface XdmTexts {
  readonly sender: XdmSender;
  readonly application: XdmApplication;
  readonly files: readonly string[];
}

/** The sender by default: the author of the submission set. */
export function defaultSender({ submissionSet }: Submission): XdmSender {
  const [author] = submissionSet.authors;
  if (!author) return { name: '' };
  const { person, institution } = author;
  return { name: [person.given, person.family].filter(Boolean).join(' '), organization: institution?.name };
}

const oneLine = (value: string): string => value.replaceAll(/[\0-\x1F\x7F]+/g, ' ').trim();

/** README.TXT: UTF-8, lines ended by CRLF (IHE ITI TF-2, section 3.32.4.1.2). */
export function readmeText({ sender, application, files }: XdmTexts): string {
  const lines = [
    'Emetteur',
    '========',
    `Nom : ${oneLine(sender.name)}`,
    ...(sender.organization ? [`Organisme : ${oneLine(sender.organization)}`] : []),
    ...(sender.address ? [`Adresse : ${oneLine(sender.address)}`] : []),
    ...(sender.phone ? [`Téléphone : ${oneLine(sender.phone)}`] : []),
    '',
    "Application de l'émetteur",
    '=========================',
    `Nom : ${oneLine(application.name)}`,
    `Version : ${oneLine(application.version)}`,
    `Editeur : ${oneLine(application.vendor)}`,
    '',
    'Instructions',
    '============',
    'Cette archive contient des documents de santé au format CDA et leurs métadonnées.',
    'Ouvrez-la avec votre logiciel métier, qui saura les ranger dans le dossier du patient.',
    '',
    'Arborescence',
    '============',
    ...files,
    '',
  ];

  return lines.join('\r\n');
}

const doctype =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">\n';

/** INDEX.HTM: an XHTML Basic page without script, style or external load. */
export function indexPage({ sender, application }: XdmTexts): Xml {
  const title = 'Documents de santé (IHE XDM)';
  const from = [sender.name, sender.organization].flatMap((part) => (part ? [oneLine(part)] : [])).join(', ');

  return fragment(
    trustedXml(`<?xml version="1.0" encoding="UTF-8"?>\n${doctype}`),
    element(
      'html',
      { xmlns: 'http://www.w3.org/1999/xhtml', 'xml:lang': 'fr' },
      element('head', null, element('title', null, text(title))),
      element(
        'body',
        null,
        element('h1', null, text(title)),
        element('p', null, text(`Emetteur : ${from}`)),
        element('p', null, text(`Application : ${oneLine(application.name)} ${oneLine(application.version)}`)),
        element('p', null, element('a', { href: 'README.TXT' }, text('Lire README.TXT'))),
      ),
    ),
  );
}
