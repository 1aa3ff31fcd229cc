// The patients of the day. None of them exists; each INS is of the test domain.
import { fictivePatient, fictivePatients } from 'terr-esante-sdk/testing';

const known = (number, birthName, firstName, sex, birthDate) =>
  fictivePatient({
    localId: `PAT-000${number}`,
    traits: { birthName: `${birthName}-TEST`, firstName, sex, birthDate },
    insOrder: number,
  });

/** Without two of the five traits: what a reception desk forgot. */
function lacking(patient) {
  const { birthDate, birthPlace, ...traits } = patient.traits;
  return { ...patient, ins: undefined, traits };
}

/**
 * Whom the practice sees today, in the order of the appointments. `platform` says what the platform knows of each:
 * a `member` is followed by our professional, a `stranger` has a dossier and no professional of ours in the circle.
 */
const cast = () => [
  { at: '08:30', platform: 'member', hospital: true, patient: known(201, 'BERNARD', 'LOUISE', 'F', '1951-06-14') },
  { at: '08:45', platform: 'absent', patient: known(202, 'HADDAD', 'KARIM', 'M', '1984-11-02') },
  { at: '09:00', platform: 'absent', patient: lacking(known(203, 'PETIT', 'INES', 'F', '1990-01-20')) },
  { at: '09:15', platform: 'member', patient: known(204, 'LEROY', 'MARCEL', 'M', '1938-03-09') },
  { at: '09:30', platform: 'stranger', patient: known(205, 'DIALLO', 'FATOU', 'F', '1976-08-27') },
  { at: '09:45', platform: 'closed', patient: known(206, 'MOREAU', 'LUCIEN', 'M', '1945-12-05') },
];

/** Quarters of an hour, from ten o'clock on. */
function quarter(index) {
  const minutes = 600 + 15 * index;
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/**
 * The day's list.
 *
 * @param {number} count - how many patients; those beyond the cast have no dossier
 * @returns {{ key: string, at: string, platform: string, hospital?: boolean,
 *   patient: import('terr-esante-sdk/identity').PatientInput }[]} `key` names a patient between page and
 *   server, and says nothing
 */
export function peopleOfDay(count) {
  const others = fictivePatients(Math.max(0, count - cast().length)).map((patient, index) => {
    return { at: quarter(index), platform: 'absent', patient };
  });
  return [...cast(), ...others].slice(0, count).map((person, index) => ({ ...person, key: `p${index + 1}` }));
}
