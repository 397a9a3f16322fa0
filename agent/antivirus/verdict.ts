import { ANTIVIRUS_REASONS, type AntivirusMode, antivirusWhy } from '#protocol/antivirus-reasons.ts'
import type { StateOf } from '#protocol/metrics.ts'
import type { WindowsAntivirusFacts } from '../windows/antivirus-facts.ts'
import { type Chances, chanceHours } from './chances.ts'
import type { Engine, Reason, Sight } from './engine.ts'
import { ageHours, freshnessOf } from './freshness.ts'
import { type LinuxAntivirusFacts, sightOnLinux } from './linux.ts'
import { sightOnWindows } from './windows.ts'

export type AntivirusFacts = WindowsAntivirusFacts | LinuxAntivirusFacts
export type AntivirusState = StateOf<'antivirus_state'>

export interface AntivirusVerdict {
  state: AntivirusState
  product: string | null
  mode: AntivirusMode | null
  /** Since the signatures were made; null where nobody can say. */
  ageHours: number | null
  /** As trait `antivirus_why` tells it. */
  why: string
}

export function sightOf(facts: AntivirusFacts): Sight {
  return 'namespace' in facts ? sightOnWindows(facts) : sightOnLinux(facts)
}

/**
 * How well a machine is protected: by the best engine on it, whose name is told. Never better than what some engine
 * can prove, and never `none` or `off` while another may be hidden. Never throws.
 * @param nowMs ms since 1970; null while the clock cannot be believed
 */
export function antivirusVerdict(
  facts: AntivirusFacts,
  chances: Chances,
  nowMs: number | null,
): AntivirusVerdict {
  const { engines, otherwise } = sightOf(facts)
  const judged = engines.map((engine) => judge(engine, chances, nowMs)).sort(better)
  const [best] = judged
  if (best && (best.state === 'protected' || best.state === 'stale')) return told(best)
  if (otherwise.state === 'as-told' && best) return told(best)
  const why: Reason = otherwise.state === 'as-told' ? { reason: 'cannot-ask' } : otherwise.why
  return {
    state: otherwise.state === 'none' ? 'none' : 'unknown',
    product: best?.engine.product ?? null,
    mode: best?.engine.mode ?? null,
    ageHours: null,
    why: antivirusWhy(why.reason, why.facts),
  }
}

interface Judged {
  engine: Engine
  state: 'protected' | 'stale' | 'unknown' | 'off'
  age: number | null
  why: Reason
}

function judge(engine: Engine, chances: Chances, nowMs: number | null): Judged {
  const { protection, product } = engine
  const age = ageHours(engine.signaturesMadeMs, nowMs)
  if (protection === 'on') return { engine, age, ...freshnessOf(engine, age, chanceHours(chances, product)) }
  const why = engine.why ?? {
    reason: protection === 'off' ? 'switched-off' : 'presence-only',
    facts: { product },
  }
  return { engine, age, state: protection, why }
}

/** While one cannot be judged it may be on, so that it stands before one that is off. */
const RANK = { protected: 0, stale: 1, unknown: 2, off: 3 } as const

/** Of those that are as good, or as bad, the one of which there is most to tell. */
function better(one: Judged, other: Judged): number {
  return RANK[one.state] - RANK[other.state] || reasonRank(one) - reasonRank(other)
}

function reasonRank({ why }: Judged): number {
  return ANTIVIRUS_REASONS.findIndex(({ name }) => name === why.reason)
}

function told({ engine, state, age, why }: Judged): AntivirusVerdict {
  const { product, mode } = engine
  return { state, product, mode, ageHours: age, why: antivirusWhy(why.reason, why.facts) }
}
