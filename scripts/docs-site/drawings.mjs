// The drawings of the guides. `node scripts/build-drawings.mjs` writes them into docs/media.
import { svg } from './draw.mjs';

const b = (x, y, lines, more = {}) => ({ x, y, lines, ...more });
const to = (points, label, at, more = {}) => ({ points, label, at, ...more });

const depositStates = svg({
  title: "Les états d'un dépôt : de queued à visible, et où il peut s'arrêter",
  width: 440,
  height: 600,
  boxes: [
    b(220, 28, ['deposit()'], { width: 110 }),
    b(220, 100, ['queued', 'écrit sur disque'], { width: 130, tone: 'wait' }),
    b(220, 190, ['sending', "en cours d'envoi"], { width: 130, tone: 'wait' }),
    b(66, 190, ['expired', '48 h, ou annulé'], { width: 116, tone: 'bad' }),
    b(220, 290, ['accepted', "pris par l'opérateur"], { width: 150, tone: 'wait' }),
    b(374, 290, ['undeliverable', 'refus de serveur'], { width: 122, tone: 'bad' }),
    b(66, 390, ['delayed', 'un serveur réessaie'], { width: 124, tone: 'wait' }),
    b(220, 390, ['delivered', 'remis à la boîte'], { width: 130, tone: 'good' }),
    b(150, 480, ['processed', 'ouvert ou intégré'], { width: 124, tone: 'good' }),
    b(320, 480, ['rejected', 'refusé par le logiciel'], { width: 150, tone: 'bad' }),
    b(150, 560, ['visible', 'trouvé dans le dossier'], { width: 160, tone: 'good' }),
  ],
  arrows: [
    to([
      [220, 43],
      [220, 76],
    ]),
    to([
      [220, 124],
      [220, 166],
    ]),
    to(
      [
        [285, 190],
        [330, 190],
        [330, 100],
        [287, 100],
      ],
      'réessai',
      [338, 148, 'start'],
      { dashed: true },
    ),
    to(
      [
        [155, 108],
        [66, 108],
        [66, 166],
      ],
      'délai, annulation',
      [62, 100],
    ),
    to([
      [220, 214],
      [220, 266],
    ]),
    to(
      [
        [285, 200],
        [374, 200],
        [374, 266],
      ],
      'refus',
      [380, 240, 'start'],
    ),
    to([
      [295, 290],
      [311, 290],
    ]),
    to([
      [170, 314],
      [66, 340],
      [66, 366],
    ]),
    to([
      [220, 314],
      [220, 366],
    ]),
    to([
      [128, 390],
      [153, 390],
    ]),
    to([
      [200, 414],
      [165, 456],
    ]),
    to([
      [240, 414],
      [305, 456],
    ]),
    to([
      [150, 504],
      [150, 536],
    ]),
  ],
  notes: [
    { x: 252, y: 556, text: 'visible suit tout autre état :' },
    { x: 252, y: 572, text: 'le dossier fait foi' },
  ],
});

const receipts = svg({
  title: "D'où viennent les preuves d'un dépôt, et laquelle l'emporte",
  width: 440,
  height: 470,
  boxes: [
    b(220, 30, ['Votre logiciel'], { width: 150, code: false }),
    b(220, 115, ["Serveur SMTP de l'opérateur", 'répond 250 : accepted'], { width: 220, code: false, tone: 'wait' }),
    b(220, 215, ['Boîte de la plateforme', 'DSN : delivered, delayed, undeliverable'], {
      width: 270,
      code: false,
      tone: 'wait',
    }),
    b(220, 315, ['Plateforme', 'MDN : processed ; [KO …] : rejected'], { width: 260, code: false, tone: 'good' }),
    b(220, 425, ['Dossier du patient', 'documents.status() : visible'], { width: 220, code: false, tone: 'good' }),
  ],
  arrows: [
    to(
      [
        [220, 46],
        [220, 91],
      ],
      'courriel avec archive XDM',
      [228, 72, 'start'],
    ),
    to([
      [220, 139],
      [220, 191],
    ]),
    to([
      [220, 239],
      [220, 291],
    ]),
    to(
      [
        [220, 339],
        [220, 401],
      ],
      'le document est intégré',
      [228, 374, 'start'],
    ),
    to(
      [
        [85, 215],
        [24, 215],
        [24, 30],
        [143, 30],
      ],
      'rapport',
      [30, 160, 'start'],
      { dashed: true },
    ),
    to(
      [
        [90, 315],
        [10, 315],
        [10, 22],
        [143, 22],
      ],
      'rapport',
      [16, 270, 'start'],
      { dashed: true },
    ),
    to(
      [
        [330, 425],
        [426, 425],
        [426, 30],
        [297, 30],
      ],
      'lecture',
      [420, 270, 'end'],
      { dashed: true },
    ),
  ],
});

const portal = svg({
  title: "L'ouverture du portail : ce qui est vérifié, signé, puis ouvert par le logiciel",
  width: 440,
  height: 480,
  boxes: [
    b(220, 30, ['te.portal.launch()'], { width: 180 }),
    b(220, 115, ['Avant toute signature', 'configuration, traits, dossier, INS'], {
      width: 250,
      code: false,
      tone: 'wait',
    }),
    b(220, 215, ['Assertion signée', 'carte CPS, une seule ouverture'], { width: 220, code: false }),
    b(115, 315, ['embedded', 'url et corps à poster'], { width: 160 }),
    b(325, 315, ['default', 'http://127.0.0.1:PORT', 'une fois, 60 secondes'], { width: 170 }),
    b(220, 430, ['Portail Terr-eSanté', 'sur le dossier du patient'], { width: 200, code: false, tone: 'good' }),
  ],
  arrows: [
    to([
      [220, 45],
      [220, 91],
    ]),
    to(
      [
        [220, 139],
        [220, 191],
      ],
      'rien ne manque',
      [228, 170, 'start'],
    ),
    to(
      [
        [345, 115],
        [420, 115],
        [420, 150],
      ],
      'TE_… : refusé',
      [430, 168, 'end'],
    ),
    to(
      [
        [180, 239],
        [115, 291],
      ],
      'fenêtre du logiciel',
      [128, 262, 'end'],
    ),
    to(
      [
        [260, 239],
        [325, 283],
      ],
      'navigateur',
      [320, 262, 'start'],
    ),
    to([
      [115, 339],
      [190, 406],
    ]),
    to([
      [325, 347],
      [250, 406],
    ]),
  ],
});

const floors = [
  ['cli, simulator, conformance, testing', 'tools, on what the package publishes'],
  ['client', 'createClient: policy, then operations'],
  ['platform', 'configuration and descriptor'],
  ['notifications', 'counts and cut-offs'],
  ['transport', 'MSSanté, outbox, XDS, FHIR, SOAP'],
  ['documents', 'CDA R2, XDS metadata, XDM archives'],
  ['auth', 'card, certificates, VIHF'],
  ['nomenclature', 'national tables'],
  ['identity', 'traits, INS, wire forms'],
  ['errors, internal', 'errors, findings, XML, zip'],
];

const architecture = svg({
  title: 'The floors of the code: each imports those below it',
  width: 440,
  height: 10 + floors.length * 62,
  boxes: floors.map((lines, index) =>
    b(220, 36 + index * 62, lines, { width: 340, tone: index === 0 ? 'wait' : 'plain' }),
  ),
  arrows: floors.slice(1).map((_, index) =>
    to([
      [220, 58 + index * 62],
      [220, 76 + index * 62],
    ]),
  ),
});

/** Name of the file without its end, and its content. */
export const drawings = { 'etats-depot': depositStates, accuses: receipts, portail: portal, architecture };
