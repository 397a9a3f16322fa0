import { isRealInterface } from '../collect/network.ts'
import type { InterfaceBytes } from '../collect/tally.ts'
import { numberOf, type Row, textOf } from './fields.ts'

/**
 * The counters of the adapters that are hardware: those of a tunnel, a bridge or a virtual machine count its bytes
 * once more. Where the list of adapters cannot be had their names must do.
 * @param counters of MSFT_NetAdapterStatisticsSettingData, in bytes since the adapter came up
 * @param adapters of MSFT_NetAdapter with hardware; null: unknown
 * @throws Error when there is none
 */
export function realTraffic(counters: readonly Row[], adapters: readonly Row[] | null): InterfaceBytes[] {
  const hardware = adapters && new Set(adapters.map((row) => textOf(row, 'Name')))
  const real = counters.flatMap((row) => {
    const name = textOf(row, 'Name')
    const [rx, tx] = [numberOf(row, 'ReceivedBytes'), numberOf(row, 'SentBytes')]
    if (name === null || rx === null || tx === null || rx < 0 || tx < 0) return []
    return (hardware ? hardware.has(name) : isRealInterface(name)) ? [{ name, rx, tx }] : []
  })
  if (real.length > 0) return real
  throw new Error(`counters: expected those of a network adapter, got ${counters.length} rows without`)
}
