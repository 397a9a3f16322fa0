import type { PlatformTurn } from './facts.ts'

/** A time in which the centre heard nobody; `back` is null while it lasts. */
export interface Away {
  from: number
  back: number | null
  /** Every connection was dropped; else some may have lived through it. */
  dropped: boolean
}

/** When the centre was away, as far as was known at `asOf`. A start of which nothing was said before is a moment. */
export function awayTimes(turns: readonly PlatformTurn[], asOf: number): Away[] {
  const known = turns
    .filter(({ t }) => t <= asOf)
    .sort((one, other) => one.t - other.t || rank(one) - rank(other))
  const times: Away[] = []
  for (const { t, event } of known) {
    const last = times.at(-1)
    const open = last?.back === null ? last : null
    switch (event) {
      case 'stopping':
      case 'unhealthy':
        if (!open) times.push({ from: t, back: null, dropped: event === 'stopping' })
        else if (event === 'stopping') open.dropped = true
        break
      case 'started':
        if (open) Object.assign(open, { back: t, dropped: true })
        // Nor does any session live that began while it was away.
        if (last?.from !== t) times.push({ from: t, back: t, dropped: true })
        break
      case 'healthy':
        if (open) open.back = t
    }
  }
  return times
}

function rank({ event }: PlatformTurn): number {
  return ['healthy', 'started', 'unhealthy', 'stopping'].indexOf(event)
}
