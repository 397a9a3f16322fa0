import type { AntivirusMode } from '#protocol/antivirus-reasons.ts'
import type {
  DefenderStatus,
  SecurityCenterProduct,
  WindowsAntivirusFacts,
} from '../windows/antivirus-facts.ts'
import type { Engine, Reason, Sight } from './engine.ts'
import { decodeProductState, type ProductState } from './product-state.ts'

const DEFENDER = 'Microsoft Defender'

/** Old name and new, and its forerunner on Windows 7, which bears no mark of its maker; not Bitdefender. */
const DEFENDER_NAMES = /\b(microsoft|windows) defender\b|\bmicrosoft security essentials\b/i

/** AMRunningMode as Get-MpComputerStatus prints it, which is never translated. */
const RUNNING_MODES: ReadonlyMap<string, AntivirusMode> = new Map([
  ['normal', 'normal'],
  ['active', 'normal'],
  ['active mode', 'normal'],
  ['passive', 'passive'],
  ['passive mode', 'passive'],
  ['sxs passive', 'sxs-passive'],
  ['sxs passive mode', 'sxs-passive'],
  ['edr block', 'edr-block'],
  ['edr block mode', 'edr-block'],
  ['edr blocked', 'edr-block'],
  ['not running', 'not-running'],
])

/** What it counts in days when it has never had signatures: 16 or 32 bits full of ones. */
const NEVER_DAYS = 65_535

/** Invalid namespace, invalid class, provider not found, provider that cannot be loaded (WMI Error Constants). */
const DEFENDER_REMOVED = /8004100e|80041010|80041011|80041013/i
/** Defender's own word that its service rests, and the service manager's that it is disabled. */
const DEFENDER_RESTS = /800106ba|80070422/i

/** What follows from the facts that Windows tells. Never throws. */
export function sightOnWindows(facts: WindowsAntivirusFacts): Sight {
  const { namespace, products, defender, defenderProblem } = facts
  const listed = namespace === 'present' ? products : []
  const entry = listed.find(isDefender)
  const rests = !defender && DEFENDER_RESTS.test(defenderProblem ?? '')
  // What Defender says of itself is fresher than what the security centre last heard of it.
  const engines = listed.filter((product) => !(defender || rests) || !isDefender(product)).map(engineOf)
  if (defender) engines.unshift(defenderEngine(defender, entry, facts))
  else if (rests) engines.unshift(restingDefender(entry?.name.trim() || DEFENDER))
  return { engines, otherwise: otherwise(facts, engines) }
}

/** It answers with an error instead of a status. */
function restingDefender(product: string): Engine {
  const why: Reason = { reason: 'not-running', facts: { product } }
  return { product, mode: 'not-running', protection: 'off', why, signaturesMadeMs: null, upToDate: null }
}

/** Servers have no security centre: on one Defender alone decides. */
function isServer({ namespace, server }: WindowsAntivirusFacts): boolean {
  return namespace === 'absent' && server
}

function isDefender({ name, productState }: SecurityCenterProduct): boolean {
  return DEFENDER_NAMES.test(name) || decodeProductState(productState).microsoft
}

function engineOf({ name, productState }: SecurityCenterProduct): Engine {
  const { protection, upToDate } = decodeProductState(productState)
  const product = name.trim() || '?'
  const engine = { product, signaturesMadeMs: null, upToDate }
  if (protection === 'on') return { ...engine, mode: 'normal', protection, why: null }
  if (protection === 'unknown') {
    const state = `0x${(Number.isFinite(productState) ? Math.trunc(productState) : 0).toString(16)}`
    return {
      ...engine,
      mode: null,
      protection,
      why: { reason: 'state-not-known', facts: { product, state } },
    }
  }
  const reason = protection === 'off' ? 'switched-off' : protection
  return { ...engine, mode: protection, protection: 'off', why: { reason, facts: { product } } }
}

function defenderEngine(
  defender: DefenderStatus,
  entry: SecurityCenterProduct | undefined,
  facts: WindowsAntivirusFacts,
): Engine {
  const mode = RUNNING_MODES.get(defender.runningMode?.trim().toLowerCase() ?? '') ?? null
  const product = entry?.name.trim() || DEFENDER
  const { signaturesUpdatedAt: madeMs, signatureAgeDays } = defender
  const entryState = entry ? decodeProductState(entry.productState) : null
  return {
    product,
    mode,
    ...defenderProtection(defender, { mode, product, entryState, facts }),
    signaturesMadeMs: madeMs,
    upToDate: defender.outOfDate === null ? (entryState?.upToDate ?? null) : !defender.outOfDate,
    unarmed: madeMs === null && signatureAgeDays !== null && signatureAgeDays >= NEVER_DAYS,
  }
}

/** In each passive mode Defender reports all its switches as on, so that the mode is judged before them. */
function defenderProtection(
  { serviceEnabled, antivirusEnabled, realTime }: DefenderStatus,
  seen: {
    mode: AntivirusMode | null
    product: string
    entryState: ProductState | null
    facts: WindowsAntivirusFacts
  },
): { protection: Engine['protection']; why: Reason | null } {
  const { mode, product, entryState, facts } = seen
  const as = (protection: 'off' | 'unknown', reason: Reason['reason']) => ({
    protection,
    why: { reason, facts: { product } },
  })
  if (mode === 'passive' || mode === 'sxs-passive' || mode === 'edr-block') {
    // On a server passive is what an administrator chose, for a product that no security centre lists.
    return isServer(facts) ? as('unknown', 'passive-on-server') : as('off', 'passive-alone')
  }
  if (mode === 'not-running' || serviceEnabled === false) return as('off', 'not-running')
  if (antivirusEnabled === false) return as('off', 'switched-off')
  if (realTime === false) return as('off', 'real-time-off')
  if (mode === 'normal' && realTime) return { protection: 'on', why: null }
  // Versions of before 2019 tell no mode. Servers of that time know no passive mode but by policy; on a PC the
  // security centre knows who is in charge.
  const inCharge = isServer(facts) ? realTime : entryState?.protection === 'on'
  if (inCharge) return { protection: 'on', why: null }
  if (entryState && entryState.protection !== 'unknown') return as('off', 'switched-off')
  return as('unknown', 'mode-not-told')
}

/** Whether somebody else could be at work whom we do not see. */
function otherwise(facts: WindowsAntivirusFacts, [first]: readonly Engine[]): Sight['otherwise'] {
  const asTold: Sight['otherwise'] = { state: 'as-told' }
  if (facts.namespace === 'present') {
    return first ? asTold : { state: 'none', why: { reason: 'nothing-registered' } }
  }
  if (isServer(facts)) {
    if (first) return asTold
    const removed = DEFENDER_REMOVED.test(facts.defenderProblem ?? '')
    if (removed) return { state: 'none', why: { reason: 'defender-not-installed' } }
  }
  // A PC that cannot tell its security centre is broken, and hides who else may protect it.
  return {
    state: 'unknown',
    why: first ? { reason: 'others-not-seen', facts: { product: first.product } } : { reason: 'cannot-ask' },
  }
}
