import type { GoodbyeReason } from '#protocol/goodbye.ts'
import type { BootEnd } from '#protocol/hello.ts'
import type { ContractLine, HistoryEntry } from './simulator/contract-line.ts'

interface ConnectAct {
  does: 'connect'
  boot: number
  bootedMs: number
  previousEnd: BootEnd | null
}

/** What one simulated agent is told to do, at `t`, ms since 1970 in virtual time. */
export type Act = { t: number; device: string } & (
  | ConnectAct
  | { does: 'goodbye'; reason: GoodbyeReason }
  /** Its line dies without a word: the broker notices by its keepalive. */
  | { does: 'fall-silent' }
  /** The other end hears that the connection is cut. */
  | { does: 'cut' }
  | { does: 'power'; source: 'mains' | 'battery' }
  | { does: 'cell'; cell: string }
  /** Tells of earlier boots that nobody heard; `clockMs` is what its own clock says. */
  | { does: 'tell'; history: readonly HistoryEntry[]; clockMs: number }
)

/** A boot of which no report says its age has begun so long before it connected. */
const GREETING_MS = 40_000

/** The last sign of life came at most this many keepalives before the broker gave the connection up. */
const GRACE = 1.5

/** What agents do so that a centre observes these lines, which are in time order. */
export function actsOf(lines: readonly ContractLine[], keepaliveSeconds: (device: string) => number): Act[] {
  const acts: Act[] = []
  /** By device: since when it is connected, and the act that began it. */
  const connected = new Map<string, ConnectAct & { t: number }>()
  for (const line of lines) {
    switch (line.type) {
      case 'connected': {
        const { t, device, boot, previousEnd } = line
        const act: Act & ConnectAct = {
          ...{ t, device, does: 'connect', boot },
          ...{ bootedMs: t - GREETING_MS, previousEnd },
        }
        connected.set(device, act)
        acts.push(act)
        break
      }
      case 'goodbye':
        acts.push({ t: line.t, device: line.device, does: 'goodbye', reason: line.reason })
        break
      case 'lost': {
        const { t, device, why } = line
        if (why === 'socket') acts.push({ t, device, does: 'cut' })
        else {
          const silentMs = t - GRACE * keepaliveSeconds(device) * 1000
          const sinceMs = connected.get(device)?.t ?? silentMs
          acts.push({ t: Math.max(sinceMs, silentMs), device, does: 'fall-silent' })
        }
        break
      }
      case 'report': {
        const { t, device, boot, uptime, at, history } = line
        const act = connected.get(device)
        if (act?.boot === boot) act.bootedMs = t - uptime * 1000
        // The boot that still runs tells its own past: it has lived through the gap.
        const earlier = history.filter((entry) => entry.boot !== boot)
        if (earlier.length > 0) acts.push({ t, device, does: 'tell', history: earlier, clockMs: at })
        break
      }
      case 'power':
        acts.push({ t: line.t, device: line.device, does: 'power', source: line.source })
        break
      case 'cell':
        acts.push({ t: line.t, device: line.device, does: 'cell', cell: line.cell })
        break
      default:
    }
  }
  return acts.sort((one, other) => one.t - other.t)
}

/**
 * The acts from `startMs` on, and before them one for each device that is connected by then, with the power and the cell
 * that it has: the stage as the curtain rises.
 */
export function fromMoment(acts: readonly Act[], startMs: number): { opening: Act[]; play: Act[] } {
  const opening = new Map<string, Act>()
  for (const act of acts) {
    if (act.t >= startMs) break
    switch (act.does) {
      case 'connect':
        opening.set(`${act.device}/line`, act)
        break
      case 'goodbye':
      case 'cut':
      case 'fall-silent':
        opening.delete(`${act.device}/line`)
        break
      case 'power':
      case 'cell':
        opening.set(`${act.device}/${act.does}`, act)
        break
      case 'tell':
    }
  }
  const rank = (act: Act): number => (act.does === 'connect' ? 1 : 0)
  return {
    opening: [...opening.values()].sort((one, other) => rank(one) - rank(other)),
    play: acts.filter(({ t }) => t >= startMs),
  }
}
