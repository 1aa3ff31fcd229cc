import type { Finding } from '../../../errors.ts';
import type { LooseConfig } from '../loose.ts';
import { finding, texts } from './finding.ts';

const minimum: readonly [number, number] = [9, 5];

function isEo(product: string): boolean {
  return product.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase() === 'eo';
}

/** Components compared as integers: `9.05` is 9 and 5, and is older than `9.10`. */
function atLeastMinimum(version: string): boolean {
  const match = /^([0-9]{1,6})\.([0-9]{1,6})(?:\.[0-9]{1,9})?$/.exec(version);
  if (!match) return false;
  const major = Number(match[1]);
  return major > minimum[0] || (major === minimum[0] && Number(match[2]) >= minimum[1]);
}

export function hostRules(config: LooseConfig): Finding[] {
  const out: Finding[] = [];
  const version = config.text('host.version');
  if (isEo(config.text('host.product')) && !atLeastMinimum(version)) {
    out.push(
      finding({
        rule: 'CFG-01',
        severity: 'error',
        path: 'host.version',
        message: 'La version de éO ne convient pas : 9.05 ou plus récente requise.',
        messageEn: 'This version of éO does not qualify: 9.05 or later is required.',
        found: version === '' ? null : version.slice(0, 20),
        expected: '9.05 ou plus',
        fix: 'Mettez éO à jour.',
        reference: texts.guide,
      }),
    );
  }
  for (const [name, label] of [
    ['tlsi', 'TLSi'],
    ['terrESante', 'TerreSante'],
  ] as const) {
    if (!config.flag(`modules.${name}.enabled`)) {
      out.push(
        finding({
          rule: 'CFG-02',
          severity: 'error',
          path: `modules.${name}.enabled`,
          message: `Le module ${label} n'est pas activé.`,
          messageEn: `The module ${label} is not enabled.`,
          found: 'désactivé',
          expected: 'activé',
          fix: `Activez le module ${label} pour cet utilisateur.`,
          reference: texts.guide,
        }),
      );
    }
    if (config.text(`modules.${name}.code`) === '') {
      out.push(
        finding({
          rule: 'CFG-03',
          severity: 'warning',
          path: `modules.${name}.code`,
          message: `Le code du module ${label} n'est pas saisi.`,
          messageEn: `The code of the module ${label} is empty.`,
          expected: 'code fourni par le centre de services',
          fix: `Saisissez le code du module ${label}.`,
          reference: texts.guide,
        }),
      );
    }
  }
  out.push(
    finding({
      rule: 'CFG-21',
      severity: 'info',
      path: 'modules',
      message: 'Ni la carte Vitale ni le module de facturation ne sont demandés.',
      messageEn: 'Neither the carte Vitale nor the billing module is ever asked for.',
      fix: null,
      reference: texts.guide,
    }),
  );
  return out;
}
