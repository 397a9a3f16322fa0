import type { TrueDevice, TrueIncident, Truth } from '../../../../deploy/demo/simulator/truth.ts'

/** A stretch in which an incident worked on a device: away from the centre by it alone, or on battery by it. */
export interface Touch {
  from: number
  to: number
  incident: TrueIncident
  how: 'blackout' | 'battery'
}

/** The truth of a period, by device. */
export interface TruePast {
  truth: Truth
  devices: ReadonlyMap<string, TrueDevice>
  /** Alertable incidents, and how many roots they have. */
  alertable: readonly TrueIncident[]
  roots: ReadonlyMap<string, readonly TrueIncident[]>
  /** In the order of their start. */
  touches(device: string): readonly Touch[]
}

export const ALERTABLE_MS = 600_000

export function truePast(truth: Truth): TruePast {
  const byDevice = new Map<string, Touch[]>()
  const add = (device: string, touch: Touch) => {
    const known = byDevice.get(device)
    if (known) known.push(touch)
    else byDevice.set(device, [touch])
  }
  for (const incident of truth.incidents) {
    for (const { device, from, to } of incident.blackouts)
      add(device, { from, to, incident, how: 'blackout' })
    for (const { device, from, to } of incident.onBattery) add(device, { from, to, incident, how: 'battery' })
  }
  for (const touches of byDevice.values()) touches.sort((a, b) => a.from - b.from)
  const alertable = truth.incidents.filter(({ duty }) => duty === 'alertable')
  const roots = new Map<string, TrueIncident[]>()
  for (const incident of alertable) roots.set(incident.root, [...(roots.get(incident.root) ?? []), incident])
  return {
    truth,
    devices: new Map(truth.devices.map((device) => [device.device, device])),
    alertable,
    roots,
    touches: (device) => byDevice.get(device) ?? [],
  }
}

/** The blackouts that make an incident alertable: ten minutes and more. */
export function longBlackouts({ blackouts }: TrueIncident) {
  return blackouts.filter(({ from, to }) => to - from >= ALERTABLE_MS)
}

/** When an incident began to do what must be told: the first long blackout, or the first device on battery. */
export function beganAt(incident: TrueIncident): number {
  return Math.min(...[...longBlackouts(incident), ...incident.onBattery].map(({ from }) => from))
}

/** When its last long blackout ended. */
export function endedAt(incident: TrueIncident): number {
  return Math.max(...longBlackouts(incident).map(({ to }) => to))
}
