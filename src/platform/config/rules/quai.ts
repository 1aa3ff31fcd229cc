import type { Finding } from '../../../errors.ts';
import { isOid } from '../../../internal/oid.ts';
import { checkMssAddress } from '../../../transport/mss/address.ts';
import type { LooseConfig } from '../loose.ts';
import { finding, texts } from './finding.ts';
import { addressProblems } from './user.ts';

const insOids: ReadonlySet<string> = new Set([
  '1.2.250.1.213.1.4.8',
  '1.2.250.1.213.1.4.9',
  '1.2.250.1.213.1.4.10',
  '1.2.250.1.213.1.4.11',
]);

/** The OID without the prefix that some consoles put before it. */
export function bareOid(oid: string): string {
  return oid.trim().replace(/^urn:oid:/i, '');
}

function mailboxRules(config: LooseConfig): Finding[] {
  const mailbox = config.text('quai.eMailSecur');
  const own = config.text('user.mssAddress');
  const problem = mailbox === '' ? null : checkMssAddress(mailbox);
  const base = { rule: 'CFG-08', severity: 'error', path: 'quai.eMailSecur', reference: texts.guide } as const;
  if (mailbox === '' || problem !== null) {
    return [
      finding({
        ...base,
        message:
          mailbox === ''
            ? "L'adresse de dépôt de la plateforme n'est pas saisie."
            : "L'adresse de dépôt n'est pas une adresse MSSanté.",
        messageEn: mailbox === '' ? 'The deposit address is missing.' : 'The deposit address is no MSSanté address.',
        found: problem === null ? null : addressProblems[problem],
        expected: 'une adresse simple dont le domaine finit par .mssante.fr',
        fix: `Saisissez l'adresse fournie par la plateforme : ${config.descriptor.mssante.mailbox.value}.`,
      }),
    ];
  }
  const out: Finding[] = [];
  if (mailbox.toLowerCase() === own.toLowerCase()) {
    out.push(
      finding({
        ...base,
        message: "L'adresse de dépôt est celle du professionnel.",
        messageEn: "The deposit address is the professional's own.",
        expected: "l'adresse de la plateforme",
        fix: `Saisissez l'adresse fournie par la plateforme : ${config.descriptor.mssante.mailbox.value}.`,
      }),
    );
  }
  if (config.inProduction && mailbox.toLowerCase() !== config.descriptor.mssante.mailbox.value.toLowerCase()) {
    out.push(
      finding({
        rule: 'CFG-09',
        severity: 'warning',
        path: 'quai.eMailSecur',
        message: "L'adresse de dépôt n'est pas celle que la plateforme a publiée.",
        messageEn: 'The deposit address is not the one the platform has published.',
        found: 'une autre adresse',
        expected: config.descriptor.mssante.mailbox.value,
        fix: "Vérifiez l'adresse auprès du support de la plateforme.",
        reference: texts.guide,
      }),
    );
  }
  return out;
}

function urlRule(config: LooseConfig): Finding[] {
  const text = config.text('quai.url');
  const url = URL.canParse(text) ? new URL(text) : null;
  let found: string | null = null;
  if (text !== '' && !url) found = 'adresse illisible';
  else if (url && url.protocol !== 'https:') found = url.protocol.replace(/:$/, '').slice(0, 20);
  else if (url && (url.username !== '' || url.password !== '')) found = "identifiant dans l'adresse";
  else if (url && (url.hash !== '' || text.includes('#'))) found = "fragment dans l'adresse";
  else if (url && !config.descriptor.serviceHosts.value.includes(url.hostname)) found = url.hostname.slice(0, 100);
  else if (url) return [];
  return [
    finding({
      rule: 'CFG-10',
      severity: 'error',
      path: 'quai.url',
      message: text === '' ? "L'adresse des services n'est pas saisie." : "L'adresse des services est refusée.",
      messageEn: text === '' ? 'The address of the services is missing.' : 'The address of the services is refused.',
      found,
      expected: `https, sans identifiant ni fragment, hôte parmi : ${config.descriptor.serviceHosts.value.join(', ')}`,
      fix: "Recopiez l'adresse fournie par la plateforme.",
      reference: texts.guide,
    }),
  ];
}

function oidRules(config: LooseConfig): Finding[] {
  const given = config.text('quai.oid');
  const oid = bareOid(given);
  const out: Finding[] = [];
  const base = { path: 'quai.oid', reference: texts.hd } as const;
  if (oid !== given) {
    out.push(
      finding({
        ...base,
        rule: 'CFG-11',
        severity: 'warning',
        message: "L'OID est précédé de « urn:oid: », qui est ignoré.",
        messageEn: 'The OID has the prefix urn:oid:, which is ignored.',
        found: 'préfixe urn:oid:',
        expected: "l'OID seul",
        fix: 'Retirez le préfixe.',
      }),
    );
  }
  if (!isOid(oid) || oid.split('.').length < 3) {
    out.push(
      finding({
        ...base,
        rule: 'CFG-11',
        severity: 'error',
        message: oid === '' ? "L'OID du domaine n'est pas saisi." : "L'OID du domaine est mal formé.",
        messageEn: oid === '' ? 'The OID of the domain is missing.' : 'The OID of the domain is malformed.',
        found: oid === '' ? null : oid.slice(0, 70),
        expected: 'au moins trois nombres séparés par des points, 64 caractères au plus',
        fix: "Recopiez l'OID fourni par l'éditeur.",
      }),
    );
  }
  if (insOids.has(oid) || oid === config.descriptor.identity.regionalOid.value) {
    out.push(
      finding({
        ...base,
        rule: 'CFG-12',
        severity: 'error',
        message: "L'OID du domaine local est celui d'un domaine national ou régional.",
        messageEn: 'The OID of the local domain is that of a national or regional domain.',
        found: oid,
        expected: 'un OID propre au logiciel',
        fix: "Demandez à l'éditeur l'OID du domaine local : un autre OID désignerait un autre patient.",
        reference: texts.assumption,
      }),
    );
  }
  return out;
}

function domainRules(config: LooseConfig): Finding[] {
  const out: Finding[] = [];
  for (const [name, label] of [
    ['domainName', 'DomainName'],
    ['domainCode', 'DomainCode'],
    ['domainType', 'DomainType'],
  ] as const) {
    const raw = config.value(`quai.${name}`);
    const value = config.text(`quai.${name}`);
    let found: string | null | undefined;
    if (value === '') found = null;
    else if (value.length > 199) found = `${value.length} caractères`;
    else if (/[\\^&|~]/.test(value)) found = 'délimiteur HL7';
    else if (typeof raw === 'string' && /[\0-\x1F\x7F]/.test(raw)) found = 'caractère de contrôle';
    if (found === undefined) continue;
    out.push(
      finding({
        rule: 'CFG-13',
        severity: 'error',
        path: `quai.${name}`,
        message: value === '' ? `${label} n'est pas saisi.` : `${label} contient une valeur impossible.`,
        messageEn: value === '' ? `${label} is missing.` : `${label} holds an impossible value.`,
        found,
        expected: '1 à 199 caractères, sans ^ & | ~ \\ ni caractère de contrôle',
        fix: `Recopiez la valeur de ${label} fournie par l'éditeur.`,
        reference: texts.hd,
      }),
    );
  }
  const type = config.text('quai.domainType');
  if (type !== '' && type !== 'ISO' && isOid(bareOid(config.text('quai.oid')))) {
    out.push(
      finding({
        rule: 'CFG-14',
        severity: 'warning',
        path: 'quai.domainType',
        message: "DomainType n'est pas « ISO » alors que l'identifiant du domaine est un OID.",
        messageEn: 'DomainType is not ISO although the domain is identified by an OID.',
        found: type.slice(0, 20),
        expected: 'ISO',
        fix: "Vérifiez DomainType auprès de l'éditeur.",
        reference: texts.hd,
      }),
    );
  }
  return out;
}

export function quaiRules(config: LooseConfig): Finding[] {
  return [...mailboxRules(config), ...urlRule(config), ...oidRules(config), ...domainRules(config)];
}
