import { stateOf } from '#protocol/metrics.ts'
import type { LineView } from '../../web/view.ts'

/** The lines of a site as a device there sees them: one or two; [] where it does not look. */
export function linesOf(
  values: Readonly<Record<string, number>>,
  traits: Readonly<Record<string, string>>,
): LineView[] {
  const carrying = stateOf('uplink_carrying', values.uplink_carrying ?? 0)
  const names = (traits.uplinks ?? '').split('\n')
  if (values.uplink_carrying === undefined && values.uplink2_state === undefined) return []
  // A router that is asked for its one line tells of no second.
  const hasSecond =
    values.uplink2_state !== undefined || names[1]?.trim() || carrying === 'second' || carrying === 'both'
  return (hasSecond ? ([1, 2] as const) : ([1] as const)).map((number) => ({
    number,
    name: names[number - 1]?.trim() || null,
    state: stateOf(`uplink${number}_state`, values[`uplink${number}_state`] ?? 0) ?? 'unknown',
    carries: carrying === 'both' || carrying === (number === 1 ? 'first' : 'second'),
    rttMs: values[`uplink${number}_rtt_ms`] ?? null,
    lossPercent: values[`uplink${number}_loss_percent`] ?? null,
  }))
}
