import type { DevicePageView } from '../../web/view.ts'
import type { Device } from '../registry/registry.ts'
import { faultsOf } from './faults.ts'
import { incidentView } from './incidents.ts'
import { linesOf } from './lines.ts'
import { deviceView, type ViewParts } from './now.ts'
import { supportOf } from './support.ts'

/** A device's page is read from the top: what is older is the API's to tell. */
const OF_DEVICE_READ = 50

export function devicePageView(
  parts: ViewParts,
  device: Device,
  { drawn, bill, thisMonth }: Pick<DevicePageView, 'drawn' | 'bill' | 'thisMonth'>,
): DevicePageView {
  const { registry, incidents } = parts
  const at = parts.now()
  const site = registry.site(device.site)!
  const open = incidents.open().filter(({ devices }) => devices.includes(device.id))
  const past = incidents
    .ofDevice(device.id, OF_DEVICE_READ)
    .filter(({ id }) => !open.some((incident) => incident.id === id))
  const view = deviceView(parts, device)
  const { traits } = parts.traits.of(device.id)
  const prober = device.prober === null ? undefined : registry.device(device.prober)
  return {
    ...{ at, device: view, traits, bulletinClass: device.bulletinClass },
    prober: prober ? { id: prober.id, name: prober.name } : null,
    faults: faultsOf(traits.faults),
    support: supportOf(traits.os_id, at),
    lines: linesOf(view.values, traits),
    pace: paceView(parts, device),
    rows: parts.completeness.of(device.id),
    siteName: site.name,
    areaName: registry.area(site.area)!.name,
    ...{ drawn, bill, thisMonth },
    incidents: [...open, ...past].map((incident) => incidentView(registry, incident)),
  }
}

function paceView({ paces, fleet }: ViewParts, device: Device): DevicePageView['pace'] {
  const { pace } = paces.of(device.id)
  if (pace === null) return null
  const { reportSeconds, keepaliveSeconds, step } = pace
  return { reportSeconds, keepaliveSeconds, step, sentinel: fleet.isSentinel(device) }
}
