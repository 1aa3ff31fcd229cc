import type { Finding } from '../../../errors.ts';
import type { LooseConfig } from '../loose.ts';
import { finding, texts } from './finding.ts';

const flags: readonly (readonly [string, string, string])[] = [
  [
    'domainDeclaredToPlatform',
    "Le domaine n'est pas déclaré à la plateforme.",
    'The domain is not declared to the platform.',
  ],
  [
    'domainDeclaredToSri',
    "Le domaine n'est pas déclaré au serveur d'identité régional.",
    'The domain is not declared to the regional identity server.',
  ],
  [
    'accountOpened',
    "Le compte n'est pas ouvert auprès du support de la plateforme.",
    "The account is not opened with the platform's support.",
  ],
];

/**
 * Loopback in any spelling, and the names that RFC 2606 and RFC 6761 keep for examples and tests.
 */
export function isTestHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  return (
    /^127\.[0-9.]+$/.test(host) ||
    host === '0.0.0.0' ||
    host === '[::1]' ||
    host === '[::]' ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\]$/.test(host) ||
    /(^|\.)(localhost|example|test|invalid)$/.test(host) ||
    /(^|\.)example\.(com|net|org)$/.test(host)
  );
}

export function environmentRules(config: LooseConfig): Finding[] {
  const out: Finding[] = [];
  const environment = config.value('environment');
  if (config.inProduction) {
    for (const [name, message, messageEn] of flags) {
      if (!config.flag(`registration.${name}`)) {
        out.push(
          finding({
            rule: 'CFG-19',
            severity: 'error',
            path: `registration.${name}`,
            message,
            messageEn,
            found: 'non',
            expected: 'oui',
            fix: 'Faites la déclaration, puis cochez cette case.',
            reference: texts.guide,
          }),
        );
      }
    }
  }
  const base = { rule: 'CFG-20', severity: 'error', reference: texts.assumption } as const;
  if (environment !== config.descriptor.environment) {
    out.push(
      finding({
        ...base,
        path: 'environment',
        message: "L'environnement n'est pas celui du descripteur de la plateforme.",
        messageEn: 'The environment is not the one of the platform descriptor.',
        found: typeof environment === 'string' ? environment.slice(0, 20) : null,
        expected: config.descriptor.environment,
        fix: 'Choisissez le descripteur de cet environnement.',
      }),
    );
  }
  const text = config.text('quai.url');
  const host = URL.canParse(text) ? new URL(text).hostname : '';
  if (environment === 'simulator') {
    if (config.production.serviceHosts.value.includes(host)) {
      out.push(
        finding({
          ...base,
          path: 'quai.url',
          message: 'Le simulateur ne peut pas viser la plateforme de production.',
          messageEn: 'The simulator environment may not point at the production platform.',
          found: host,
          expected: "l'adresse du simulateur",
          fix: "Recopiez l'adresse affichée par le simulateur.",
        }),
      );
    }
    if (config.text('quai.eMailSecur').toLowerCase() === config.production.mssante.mailbox.value.toLowerCase()) {
      out.push(
        finding({
          ...base,
          path: 'quai.eMailSecur',
          message: 'Le simulateur ne peut pas viser la boîte de dépôt de production.',
          messageEn: 'The simulator environment may not point at the production mailbox.',
          found: 'la boîte de production',
          expected: "l'adresse de dépôt du simulateur",
          fix: "Recopiez l'adresse de dépôt affichée par le simulateur.",
        }),
      );
    }
  } else if (config.inProduction && isTestHost(host)) {
    out.push(
      finding({
        ...base,
        path: 'quai.url',
        message: "La production ne peut pas viser une adresse locale ou d'exemple.",
        messageEn: 'Production may not point at a loopback or example host.',
        found: host,
        expected: config.descriptor.serviceHosts.value.join(', '),
        fix: "Recopiez l'adresse fournie par la plateforme.",
      }),
    );
  }
  return out;
}
