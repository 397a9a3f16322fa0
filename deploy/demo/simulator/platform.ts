import type { Making } from './making.ts'
import type { Outage } from './outage.ts'
import { randomOf } from './random.ts'
import { element } from './troubles.ts'

const MINUTE = 60

/**
 * The centre's own outages. A broker that is down says so afterwards and publishes no will; where only the line in
 * front of it breaks it is healthy and sees every device vanish.
 */
export function platformTroubles({ seed, troubles, rates, until }: Making): void {
  const random = randomOf(seed, 'platform')
  const strike = (kind: 'broker' | 'broker-line', from: number, lasts: number) => {
    const base = { cause: 'platform', scope: 'platform', element: 'centre', commune: null } as const
    const outage: Outage = troubles.begin({ ...base, kind, storm: null, from, to: from + lasts })
    troubles.strike(element.platform, outage)
  }
  for (const from of random.moments(rates.platform.outagesPerYear, until)) {
    const { median, spread } = rates.platform.outage
    strike('broker', from, Math.max(MINUTE / 2, random.lognormal(median, spread)))
  }
  strike('broker', until * random.between(0.2, 0.9), rates.platform.longOutageSeconds)
  for (const from of random.moments(rates.platform.lineBreaksPerYear, until)) {
    const { median, spread } = rates.platform.lineBreak
    strike('broker-line', from, Math.max(4 * MINUTE, random.lognormal(median, spread)))
  }
}
