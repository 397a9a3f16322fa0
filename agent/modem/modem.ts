import type { StateOf } from '#protocol/metrics.ts'
import { stateNumber } from '#protocol/metrics.ts'
import type { Traits } from '#protocol/traits.ts'
import type { Values } from '../collect/collector.ts'

/** What a modem says of its network; null: it does not. */
export interface ModemLook {
  generation: StateOf<'radio_generation'> | null
  rsrpDbm: number | null
  rsrqDb: number | null
  sinrDb: number | null
  rssiDbm: number | null
  cellId: number | null
  sim: StateOf<'sim_state'> | null
  operator: string | null
  model: string | null
}

export const NOTHING_SAID: ModemLook = {
  ...{ generation: null, rsrpDbm: null, rsrqDb: null, sinrDb: null, rssiDbm: null },
  ...{ cellId: null, sim: null, operator: null, model: null },
}

export function modemValues(look: ModemLook): Values {
  const said: [keyof Values, number | null][] = [
    ['rsrp_dbm', look.rsrpDbm],
    ['rsrq_db', look.rsrqDb],
    ['sinr_db', look.sinrDb],
    ['rssi_dbm', look.rssiDbm],
    ['cell_id', look.cellId],
    ['radio_generation', look.generation === null ? null : stateNumber('radio_generation', look.generation)],
    ['sim_state', look.sim === null ? null : stateNumber('sim_state', look.sim)],
  ]
  return Object.fromEntries(said.filter(([, value]) => value !== null))
}

export function modemTraits({ operator }: ModemLook): Traits {
  return operator === null ? {} : { operator }
}

/** The generation of an access technology as 3GPP, ModemManager and libqmi name it. */
export function generationOf(technology: string): StateOf<'radio_generation'> {
  const name = technology.toLowerCase()
  if (/5gnr|^nr|5g/.test(name)) return '5g'
  if (/lte|4g/.test(name)) return '4g'
  if (/umts|hspa|hsdpa|hsupa|wcdma|evdo|3g/.test(name)) return '3g'
  if (/gsm|gprs|edge|2g/.test(name)) return '2g'
  return 'unknown'
}

/** A number that may come as text; null for `--` and what else stands for nothing. */
export function numberOrNull(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return null
  return Number(value)
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value !== '--' ? value : null
}

/** What lies at a path of keys; undefined where there is nothing. */
export function at(json: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    json,
  )
}
