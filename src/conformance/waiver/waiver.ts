import { TerrESanteError } from '../../errors.ts';
import { scenarios } from '../scenario/catalogue.ts';
import { kitRules } from '../scenario/kit-rules.ts';
import type { ScenarioResult } from '../verdict/model.ts';

/** A failure that an editor lives with for a while, and why. @group Conformance kit */
export interface Waiver {
  readonly scenario: string;
  /** Of the scenario: a changed demand voids the waiver. */
  readonly revision: number;
  readonly rule: string;
  readonly reason: string;
  readonly owner: string;
  readonly ticket?: string | undefined;
  /** Days, `AAAA-MM-JJ`. */
  readonly added: string;
  readonly expires: string;
}

const dayMs = 86_400_000;
const longestDays = 180;

/**
 * Waivers that may be used today.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` for one that is unknown, double, expired, longer than
 *   180 days, or that covers a safety rule
 */
export function checkedWaivers(given: unknown, now: number): readonly Waiver[] {
  if (!Array.isArray(given)) throw refused('une liste est attendue');

  const seen = new Set<string>();
  return given.map((item: unknown, index) => {
    const waiver = (item ?? {}) as Waiver;
    const wrong = wrongIn(waiver, now);
    if (wrong !== null) throw refused(`dérogation ${index + 1} : ${wrong}`);

    const name = `${waiver.scenario} ${waiver.rule}`;
    if (seen.has(name)) throw refused(`dérogation ${index + 1} : en double`);
    seen.add(name);
    return waiver;
  });
}

function wrongIn({ scenario, revision, rule, reason, owner, added, expires }: Waiver, now: number): string | null {
  const known = scenarios.find(({ id }) => id === scenario);
  const [from, to] = [dayOf(added), dayOf(expires)];
  if (!known) return 'scénario inconnu';
  if (known.revision !== revision) return 'le scénario a changé depuis';
  if (!known.assert.some((assertion) => assertion.rule === rule)) return "règle qui n'est pas de ce scénario";
  if (kitRules[rule]?.safety || known.assert.some((own) => own.rule === rule && own.safety !== undefined)) {
    return 'une règle de sécurité ne se lève pas';
  }
  if (!(reason.trim().length > 0 && owner.trim().length > 0)) return 'raison et responsable attendus';
  if (from === null || to === null) return 'dates AAAA-MM-JJ attendues';
  if (to - from > longestDays * dayMs) return `plus de ${longestDays} jours`;
  if (to + dayMs <= now) return 'expirée';
  return null;
}

function dayOf(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? null : time;
}

/** A failure whose broken rules are all waived counts as a warning. */
export function waived(result: ScenarioResult, waivers: readonly Waiver[]): ScenarioResult {
  const own = waivers.filter(({ scenario }) => scenario === result.id);
  const [first] = own;
  if (result.verdict !== 'failed' || !first) return result;

  const broken = result.assertions.filter(({ outcome, severity }) => outcome === 'broken' && severity === 'mandatory');
  const isCovered = broken.every(({ rule }) => own.some((waiver) => waiver.rule === rule));
  const { reason, owner, expires } = first;
  return isCovered ? { ...result, verdict: 'warning', waiver: { reason, owner, expires } } : result;
}

function refused(why: string): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', `Dérogations refusées : ${why}.`);
}
