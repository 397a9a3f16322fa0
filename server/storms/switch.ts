import type { AreaId } from '#protocol/ids.ts'
import type { NotedWarning } from '../projections/notices.ts'
import type { Noted } from './decide.ts'

/** A week; what lasts longer is switched on again by somebody who has looked. */
export const MAX_SWITCHED_HOURS = 168

const HOUR_MS = 3600_000

export interface Switched {
  areas: readonly AreaId[]
  hours: number
  name: string
  by: string
}

/** A storm that a person calls out; `number` is drawn at random and makes its id. */
export function switchedOn({ areas, hours, name, by }: Switched, number: string, now: number): Noted {
  const id = `M-${number}`
  return {
    warning: {
      ...{ id, areas: [...new Set(areas)], onset: now, expires: now + hours * HOUR_MS },
      ...{ action: 'alert', status: 'actual', severity: 'severe' },
    },
    note: {
      ...{ identifier: id, sent: now, by, headline: name.normalize('NFC') },
      ...{ refers: [], isManual: true, remarks: [] },
    },
  }
}

/** Ends a warning, whoever gave it; a newer message of its sender may raise it again. */
export function switchedOff({ warning, note }: NotedWarning, by: string, now: number): Noted {
  return {
    warning: { ...warning, action: 'cancel' },
    note: { ...note, by, sent: now, refers: [], isManual: true, remarks: [] },
  }
}
