import type { Effect, Outage } from './outage.ts'
import type { Span } from './span.ts'

/** What goes wrong in the period, and on which elements it works. */
export interface Troubles {
  readonly outages: Outage[]
  /** Records an outage with its element as the first that it works on. */
  begin(outage: Omit<Outage, 'id'>): Outage
  /** The outage works on this element in this stretch; by default all of it. */
  strike(element: string, outage: Outage, span?: Span): void
  effectsOn(element: string): readonly Effect[]
}

/** Nothing is known of what happens after `until`: all stretches end there. */
export function createTroubles(until: number): Troubles {
  const outages: Outage[] = []
  const effects = new Map<string, Effect[]>()
  return {
    outages,
    begin(outage) {
      const numbered = { id: `O${outages.length + 1}`, ...outage, to: Math.min(outage.to, until) }
      outages.push(numbered)
      return numbered
    },
    strike(element, outage, span = outage) {
      const to = Math.min(span.to, until)
      if (span.from >= to) return
      const known = effects.get(element)
      const effect = { from: span.from, to, outage }
      if (known) known.push(effect)
      else effects.set(element, [effect])
    },
    effectsOn: (element) => effects.get(element) ?? [],
  }
}

/** The names under which outages strike. */
export const element = {
  feeder: (feeder: string) => `feeder ${feeder}`,
  mains: (site: string) => `mains ${site}`,
  uplink: (uplink: string) => `uplink ${uplink}`,
  /** The fixed lines of one operator in one commune. */
  fixed: (isp: string, commune: string) => `fixed ${isp} ${commune}`,
  microwave: (commune: string) => `microwave ${commune}`,
  cell: (cell: string) => `cell ${cell}`,
  /** The device itself: it does not run. */
  device: (device: string) => `device ${device}`,
  /** The line of one device: its SIM, its antenna. */
  line: (device: string) => `line ${device}`,
  platform: 'platform',
}
