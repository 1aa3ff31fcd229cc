// Who the patient is, before anything is written.
import { makes } from './mutant.mjs';
import { Refusal } from './refusal.mjs';

const labels = {
  birthName: 'nom de naissance',
  firstName: 'prénom',
  birthDate: 'date de naissance',
  sex: 'sexe',
};

/** Refuses a patient who may not be sent, and names what is wrong. */
export function checkIdentity({ traits, ins, localId }) {
  for (const [name, label] of Object.entries(labels)) {
    if (String(traits[name] ?? '').trim() === '')
      throw new Refusal(`Il manque le ${label} du patient : complétez sa fiche.`);
  }
  if (!hasPlace(traits.birthPlace) && !makes('M01')) {
    throw new Refusal('Il manque le lieu de naissance du patient : indiquez la commune, ou le pays.');
  }
  if (/[\^&|~]/.test(localId.value) && !makes('M08')) {
    throw new Refusal("Le numéro de dossier contient un caractère interdit : il n'est pas transmis.");
  }
  if (ins && !hasRightKey(ins.value)) throw new Refusal("La clé de l'INS est fausse : vérifiez le matricule.");
}

function hasPlace(place) {
  if (!place) return false;
  const isFrance = (place.countryInsee ?? '99100') === '99100';
  return isFrance ? Boolean(place.communeInsee ?? place.postalCode) : true;
}

/** The key of a matricule: 97 less the rest of its 13 digits, with the two departments of Corsica. */
function hasRightKey(value) {
  const digits = value.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return Number(value.slice(13)) === 97 - Number(BigInt(digits) % 97n);
}

/** A name as it is sent: capitals without accents; a letter without equivalent is refused, never dropped. */
export function wireName(name, field) {
  const plain = name
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/œ/gi, 'OE')
    .replaceAll(/æ/gi, 'AE')
    .replaceAll(/ł/gi, 'L')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase();
  if (makes('M05')) return plain.replaceAll(/[^A-Z' -]/g, '');
  if (!/^[A-Z' -]+$/.test(plain)) throw new Refusal(`Le ${field} contient un caractère qui ne se transmet pas.`);
  return plain;
}

/** The INS goes with its OID, and only for a qualified identity. */
export function insOf({ ins, identityStatus }) {
  const isSent = identityStatus === 'QUAL' || (makes('M02') && identityStatus === 'VALI');
  return ins && isSent ? ins : null;
}
