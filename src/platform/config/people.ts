import type { LocalIdentifier, Professional, Structure } from '../../identity/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { reading } from '../../internal/border.ts';
import { finding } from '../../internal/finding.ts';
import { formatCx } from '../../internal/hl7.ts';
import type { TerrESanteConfig, UserConfig } from './model.ts';
import { bareOid } from './bare-oid.ts';
import { configRules } from './rules.ts';

/**
 * The professional of a configuration, as assertions and document headers name them: `8` + RPPS, or
 * `0` + ADELI.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when no identifier is given, `TE_INPUT_INVALID` for
 *   what is no configuration
 * @group Configuration
 */
export function professionalOf(config: TerrESanteConfig): Professional {
  return reading('config', () => professionalIn(config));
}

function professionalIn({ user }: TerrESanteConfig): Professional {
  const nationalId = nationalIdOf(user);
  if (!nationalId) {
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Aucun identifiant national du professionnel : RPPS attendu.');
  }

  return {
    nationalId,
    familyName: user.familyName,
    givenName: user.givenName,
    ...((user.civility === 'M' || user.civility === 'MME') && { civility: user.civility }),
    professionCode: user.professionCode,
    ...(user.specialtyCode !== undefined && user.specialtyCode !== '' && { specialtyCode: user.specialtyCode }),
  };
}

/** PS_IdNat: the type digit, then the number. */
function nationalIdOf({ nationalId, rpps, adeli }: UserConfig): string | null {
  if (nationalId !== undefined) return nationalId;
  if (rpps) return `8${rpps}`;
  return adeli ? `0${adeli}` : null;
}

/**
 * The structure of a configuration, as assertions and document headers name it.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for what is no configuration
 *
 * @group Configuration
 */
export function structureOf(config: TerrESanteConfig): Structure {
  return reading('config', () => {
    const { nationalId, name, activitySector, practiceSettingCode } = config.structure;
    return { nationalId, name, activitySector, practiceSetting: practiceSettingCode };
  });
}

/**
 * The OID of this installation, `host.oidRoot`: the `sourceId` of its submissions.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when it is not configured, `TE_INPUT_INVALID` for
 *   what is no configuration
 * @group Configuration
 */
export function sourceIdOf(config: TerrESanteConfig): string {
  const { oidRoot } = reading('config', () => ({ oidRoot: config.host.oidRoot }));
  if (typeof oidRoot === 'string' && oidRoot !== '') return oidRoot;

  throw new TerrESanteError(
    'TE_CONFIG_INVALID',
    "L'OID de cette installation (host.oidRoot) n'est pas configuré : rien n'a été envoyé.",
    {
      details: { path: 'host.oidRoot', rules: ['CFG-25'] },
      findings: [finding(configRules, 'CFG-25', { path: 'host.oidRoot', severity: 'error' })],
    },
  );
}

/** The OID of the domain that the software declared to the platform, which knows it by that. */
export function domainOidOf({ quai }: TerrESanteConfig): string {
  return bareOid(quai.oid);
}

/**
 * A local patient identifier of the declared domain, in HL7 CX form: `value^^^domain&oid&type^PI`.
 * That the domain parameters fill these places is inferred.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when the identifier is of another domain, empty, or
 *   holds an HL7 delimiter
 * @group Configuration
 */
export function localPatientCx({ quai }: TerrESanteConfig, localId: LocalIdentifier): string {
  const oid = bareOid(quai.oid);
  if (localId.system !== oid) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      "L'identifiant local du patient n'est pas du domaine déclaré à la plateforme.",
    );
  }
  return formatCx({ id: localId.value, oid, type: 'PI', namespace: quai.domainName, universalType: quai.domainType });
}
