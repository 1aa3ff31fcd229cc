// One PDF as a CDA of level 1, its XDS metadata and its IHE XDM archive, from two templates.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { insOf, wireName } from './identity.mjs';
import { makes } from './mutant.mjs';
import { localTime, utcTime } from './time.mjs';
import { zip } from './zip.mjs';

const template = (name) => readFileSync(new URL(`../templates/${name}.xml`, import.meta.url), 'utf8');
const templates = { cda: template('cda'), metadata: template('metadata') };

const loinc = '2.16.840.1.113883.6.1';
const classes = { 10: 'Compte rendu', 42: 'Prescription', 52: 'Certificat, déclaration' };
/** Types of the national table JDV_J07, with their class. */
const types = {
  CERT_DECL: { system: '1.2.250.1.213.1.1.4.12', label: 'Certificat, déclaration', class: '52' },
  '11488-4': { system: loinc, label: 'CR ou fiche de consultation ou de visite', class: '10' },
  '57833-6': { system: loinc, label: 'Prescription de produits de santé', class: '42' },
  '29551-9': {
    system: loinc,
    label: 'Prescription de médicaments (non codée)',
    class: '42',
    warning: 'Le type 29551-9 est retiré : préférez 57833-6.',
  },
};
const defaults = { letter: 'CERT_DECL', prescription: '57833-6', report: '11488-4' };

export const newOid = () => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text) => String(text).replaceAll(/[&<>"]/g, (sign) => escapes[sign]);

/** Values are text; those named in `xml` are XML already. */
function fill(text, values, xml) {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => (name in xml ? xml[name] : escaped(values[name])));
}

const mask = `<rim:Classification classificationScheme="urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f" classifiedObject="Document01" id="clMask" nodeRepresentation="MASQUE_PS" objectType="urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification"><rim:Slot name="codingScheme"><rim:ValueList><rim:Value>1.2.250.1.213.1.1.4.13</rim:Value></rim:ValueList></rim:Slot><rim:Name><rim:LocalizedString charset="UTF-8" value="Masqué aux professionnels de santé" xml:lang="fr-FR"/></rim:Name></rim:Classification>`;

/** Everything that a deposit is made of. */
export function makeDocument(patient, input, pdf, { uniqueId, sourceId, replaces }) {
  const { traits, localId } = patient;
  const ins = insOf(patient);
  const at = input.at ?? new Date().toISOString();
  const masks = input.masks ?? [];
  const asked = input.type ?? defaults[input.kind];
  const typeCode = makes('M22') && asked === '29551-9' ? '57833-6' : asked;
  const type = types[typeCode];
  const classCode = makes('M25') ? '52' : type.class;
  const title = input.title ?? type.label;

  const people = namesOf(traits);
  const place = traits.birthPlace?.communeInsee ?? traits.birthPlace?.countryInsee ?? '';
  const local = `${localId.value}^^^&${localId.system}&ISO^PI`;
  const values = {
    uniqueId,
    setId: replaces?.setId ?? newOid(),
    version: replaces && !makes('M26') ? replaces.version + 1 : 1,
    typeCode,
    typeSystem: type.system,
    typeLabel: type.label,
    classCode,
    classLabel: classes[classCode],
    title,
    localTime: localTime(at),
    utcTime: makes('M24') ? localTime(at).slice(0, 14) : utcTime(at),
    localId: localId.value,
    localSystem: localId.system,
    sex: traits.sex === 'M' ? 'M' : traits.sex === 'F' ? 'F' : 'U',
    sexLabel: { M: 'Masculin', F: 'Féminin' }[traits.sex] ?? 'Inconnu',
    birthDate: traits.birthDate.replaceAll('-', ''),
    patientId: ins ? `${ins.value}^^^&${ins.oid}&ISO^NH` : local,
    sourcePatientId: local,
    submissionId: newOid(),
    pdf: pdf.toString('base64'),
  };

  const replaced = replaces
    ? `<relatedDocument typeCode="RPLC"><parentDocument><id root="${replaces.uniqueId}"/></parentDocument></relatedDocument>`
    : '';
  let cda = fill(templates.cda, values, {
    insId: ins ? `<id extension="${escaped(ins.value)}" root="${ins.oid}"/>` : '',
    patientName: people.cda,
    birthPlace: place === '' ? '' : `<county>${escaped(place)}</county>`,
    related: replaced,
  });
  if (makes('M27') && masks.length > 0)
    cda = cda.replace('confidentialityCode code="N"', 'confidentialityCode code="R"');
  const file = Buffer.from(cda, 'utf8');
  const hashed = makes('M23') ? Buffer.from(file.toString('base64')) : file;

  const metadata = fill(
    templates.metadata,
    { ...values, hash: createHash('sha1').update(hashed).digest('hex'), size: file.length },
    { patientInfo: infoOf(values, people, place), masks: masks.includes('MASQUE_PS') ? mask : '', replacement: '' },
  );

  return {
    setId: values.setId,
    version: values.version,
    typeCode,
    typeLabel: type.label,
    hasIns: ins !== null,
    people,
    warnings: type.warning ? [type.warning] : [],
    archive: zip(filesOf(file, Buffer.from(metadata, 'utf8'))),
    sourceId,
  };
}

/** Names of the birth record; used names only when they were typed. */
function namesOf(traits) {
  const birthName = wireName(traits.birthName, 'nom de naissance');
  const first = wireName(traits.firstName, 'prénom');
  const all = (traits.birthFirstNames ?? [traits.firstName]).map((name) => wireName(name, 'prénom')).join(' ');
  const used = [
    traits.usedName && `<family qualifier="CL">${wireName(traits.usedName, 'nom utilisé')}</family>`,
    traits.usedFirstName && `<given qualifier="CL">${wireName(traits.usedFirstName, 'prénom utilisé')}</given>`,
  ];
  const cda = [
    `<family qualifier="BR">${birthName}</family>`,
    used[0],
    `<given>${all}</given>`,
    `<given qualifier="BR">${first}</given>`,
    used[1],
  ];
  return { birthName, first, all, cda: cda.filter(Boolean).join('') };
}

function infoOf({ birthDate, sex }, { birthName, first, all }, place) {
  const rows = [`PID-5|${birthName}^${first}^${all}^^^^L`, `PID-7|${birthDate}`, `PID-8|${sex}`];
  if (place !== '') rows.push(`PID-11|^^^^^^BDL^^${place}`);
  return rows.map((row) => `<rim:Value>${escaped(row)}</rim:Value>`).join('');
}

const readme = `Emetteur
========
Nom : ELODIE FICTIF
Organisme : CABINET FICTIF

Application de l'emetteur
=========================
Nom : logiciel nu
Version : 1.0
Editeur : exemple

Instructions
============
Cette archive contient des documents de sante au format CDA et leurs metadonnees.

Arborescence
============
INDEX.HTM
README.TXT
IHE_XDM/SUBSET01/METADATA.XML
IHE_XDM/SUBSET01/DOC0001.XML
`;
const index = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr"><head><title>IHE XDM</title></head><body><p><a href="README.TXT">README.TXT</a></p></body></html>
`;

function filesOf(document, metadata) {
  const folder = 'IHE_XDM/SUBSET01';
  return [
    { name: 'INDEX.HTM', bytes: Buffer.from(index) },
    { name: 'README.TXT', bytes: Buffer.from(readme) },
    { name: `${folder}/METADATA.XML`, bytes: metadata },
    { name: `${folder}/DOC0001.XML`, bytes: document },
  ];
}
