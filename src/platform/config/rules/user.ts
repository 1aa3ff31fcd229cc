import type { Finding } from '../../../errors.ts';
import { checkRpps } from '../../../identity/national-id/professional-id.ts';
import { checkMssAddress, type MssAddressProblem } from '../../../transport/mss/address.ts';
import type { LooseConfig } from '../loose.ts';
import { finding, shape, texts } from './finding.ts';

export const addressProblems: Readonly<Record<MssAddressProblem, string>> = {
  form: 'adresse mal formée',
  domain: 'domaine hors de .mssante.fr',
  dots: 'point mal placé',
  patient: 'adresse de patient',
};

function rppsRules(config: LooseConfig): Finding[] {
  const out: Finding[] = [];
  const rpps = config.text('user.rpps');
  const nationalId = config.text('user.nationalId');
  const rightShape = /^[0-9]{11}$/.test(rpps);
  if (!rightShape) {
    out.push(
      finding({
        rule: 'CFG-04',
        severity: 'error',
        path: 'user.rpps',
        message: rpps === '' ? "Le numéro RPPS n'est pas saisi." : "Le numéro RPPS n'a pas onze chiffres.",
        messageEn: rpps === '' ? 'The RPPS number is missing.' : 'The RPPS number does not have eleven digits.',
        found: shape(rpps),
        expected: '11 chiffres',
        fix: 'Recopiez le numéro RPPS de la carte CPS, sans le 8 qui le précède.',
        reference: texts.guide,
      }),
    );
  } else if (checkRpps(rpps).length > 0) {
    out.push(
      finding({
        rule: 'CFG-05',
        severity: config.inProduction ? 'error' : 'warning',
        path: 'user.rpps',
        message: 'La clé du numéro RPPS est fausse.',
        messageEn: 'The check digit of the RPPS number is wrong.',
        found: 'clé fausse',
        expected: 'clé de Luhn juste',
        fix: 'Vérifiez le numéro RPPS chiffre par chiffre.',
        reference: texts.nos,
      }),
    );
  }
  if (/^8[0-9]{11}$/.test(rpps)) {
    out.push(
      finding({
        rule: 'CFG-06',
        severity: 'error',
        path: 'user.rpps',
        message: 'Identifiant national saisi à la place du RPPS.',
        messageEn: 'The national identifier was typed in the place of the RPPS number.',
        found: '12 chiffres commençant par 8',
        expected: '11 chiffres',
        fix: 'Retirez le 8 initial.',
        reference: 'ANS, FAQ industriels : identifiant national des cartes CPx',
      }),
    );
  }
  if (nationalId !== '' && rightShape && nationalId !== `8${rpps}`) {
    out.push(
      finding({
        rule: 'CFG-06',
        severity: 'error',
        path: 'user.nationalId',
        message: "L'identifiant national ne correspond pas au numéro RPPS.",
        messageEn: 'The national identifier does not match the RPPS number.',
        found: shape(nationalId),
        expected: '8 suivi du numéro RPPS',
        fix: "Laissez l'identifiant national vide : il se déduit du RPPS.",
        reference: 'ANS, FAQ industriels : identifiant national des cartes CPx',
      }),
    );
  }
  return out;
}

function addressRule(config: LooseConfig): Finding[] {
  const address = config.text('user.mssAddress');
  const problem = address === '' ? null : checkMssAddress(address);
  const patient = /@patient\.mssante\.fr$/i.test(address);
  if (address !== '' && problem === null && !patient) return [];
  return [
    finding({
      rule: 'CFG-07',
      severity: 'error',
      path: 'user.mssAddress',
      message:
        address === ''
          ? "L'adresse MSSanté du professionnel n'est pas saisie."
          : "L'adresse du professionnel n'est pas une adresse MSSanté.",
      messageEn:
        address === '' ? 'The MSSanté address is missing.' : 'The address is no MSSanté address of a professional.',
      found: problem === null ? (patient ? addressProblems.patient : null) : addressProblems[problem],
      expected: 'une adresse simple dont le domaine finit par .mssante.fr',
      fix: "Saisissez votre adresse MSSanté ; à défaut, une boîte gratuite s'ouvre sur mailiz.mssante.fr.",
      reference: texts.guide,
    }),
  ];
}

function specialtyRules(config: LooseConfig): Finding[] {
  const profession = config.text('user.professionCode');
  const specialty = config.text('user.specialtyCode');
  const authorSpecialty = config.text('user.authorSpecialty');
  const out: Finding[] = [];
  if (profession === '10' && specialty === '') {
    out.push(
      finding({
        rule: 'CFG-17',
        severity: 'error',
        path: 'user.specialtyCode',
        message: "La spécialité du médecin n'est pas saisie.",
        messageEn: 'The specialty of the physician is missing.',
        expected: 'un code de la table des savoir-faire, par exemple SM54',
        fix: 'Saisissez la spécialité lue sur la carte.',
        reference: texts.vihf,
      }),
    );
  }
  const expected = `G15_${profession}${specialty === '' ? '' : `/${specialty}`}`;
  if (authorSpecialty !== '' && authorSpecialty !== expected) {
    out.push(
      finding({
        rule: 'CFG-17',
        severity: 'error',
        path: 'user.authorSpecialty',
        message: "La spécialité d'auteur ne correspond pas à la profession et à la spécialité.",
        messageEn: 'authorSpecialty does not match the profession and the specialty.',
        found: authorSpecialty.slice(0, 40),
        expected,
        fix: "Laissez la spécialité d'auteur vide : elle se déduit.",
        reference: texts.vihf,
      }),
    );
  }
  return out;
}

export function userRules(config: LooseConfig): Finding[] {
  return [...rppsRules(config), ...addressRule(config), ...specialtyRules(config)];
}
