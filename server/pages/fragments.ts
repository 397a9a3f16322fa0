import type { DeviceId } from '#protocol/ids.ts'
import { incidentElementId } from '../../web/address.ts'
import { renderIncidentHead } from '../../web/pages/incident.tsx'
import { renderDeviceRow } from '../../web/parts/device-row.tsx'
import { ROWS_OPEN } from '../../web/parts/folding.ts'
import { renderIncidents } from '../../web/parts/incidents.tsx'
import { renderSummary } from '../../web/parts/summary.tsx'
import { incidentHeadView, incidentsView } from '../views/incidents.ts'
import { deviceView, summaryView, type ViewParts } from '../views/now.ts'
import type { Audience, Changes, Draw, Fragment, Scope } from './live-stream.ts'

/**
 * The changed pieces of a page, drawn by the page's own parts. Each is worked out when the first audience needs it
 * and drawn once a language: with a site open, nearly every reader is an audience of its own.
 */
export function renderChanges(parts: ViewParts, changes: Changes): Draw {
  const now = parts.now()
  const changed = once(() => changedDevices(parts, changes))
  const summary = once(() => summaryView(parts))
  const incidents = once(() => incidentsView(parts))
  const views = new Map<DeviceId, ReturnType<typeof deviceView>>()
  const drawn = new Map<string, Fragment>()

  const draw = ({ language }: Audience, id: string, render: () => string): Fragment => {
    const key = `${language} ${id}`
    const fragment = drawn.get(key) ?? { id, html: render() }
    drawn.set(key, fragment)
    return fragment
  }

  return (audience) => {
    const { language, scope } = audience
    const fragments: Fragment[] = []
    for (const id of devicesFor(changed(), scope)) {
      const device = parts.registry.device(id)
      if (!device) continue
      const view = views.get(id) ?? deviceView(parts, device)
      views.set(id, view)
      fragments.push(draw(audience, `d-${id}`, () => renderDeviceRow(view, now, language)))
    }
    if (scope.kind === 'front' && changes.summary)
      fragments.push(draw(audience, 'summary', () => renderSummary(summary(), language)))
    if (scope.kind === 'front' && changes.incidents)
      fragments.push(draw(audience, 'incidents', () => renderIncidents(incidents(), language)))
    if (scope.kind === 'incident' && changes.incidents) {
      const incident = parts.incidents.find(scope.incident)
      const render = () => renderIncidentHead(incidentHeadView(parts, incident!), language)
      if (incident) fragments.push(draw(audience, incidentElementId(incident.id), render))
    }
    return fragments
  }
}

interface ChangedDevices {
  all: ReadonlySet<DeviceId>
  /** Whose session changed. */
  sessions: ReadonlySet<DeviceId>
  /** By site and by area: ids of sites and areas are prefixed, as either may be the other's. */
  inPlace: ReadonlyMap<string, ReadonlySet<DeviceId>>
  /** Whether a page shows the whole world, each device with its row. */
  shownWhole: boolean
}

function changedDevices({ registry }: ViewParts, { values, sessions }: Changes): ChangedDevices {
  const all = new Set([...sessions, ...values])
  const inPlace = new Map<string, Set<DeviceId>>()
  const put = (place: string, id: DeviceId) => {
    const devices = inPlace.get(place) ?? new Set()
    inPlace.set(place, devices.add(id))
  }
  for (const id of all) {
    const device = registry.device(id)
    const site = device && registry.site(device.site)
    if (!site) continue
    put(`site ${site.id}`, id)
    put(`area ${site.area}`, id)
  }
  return { all, sessions, inPlace, shownWhole: registry.devices().length <= ROWS_OPEN }
}

/**
 * A world that a page shows whole is told whole. Of a larger one a reader hears every change of a session, but
 * values only of the site or area that stands open: 1,400 devices a minute would fill a 64 kbit/s line.
 */
function devicesFor(
  { all, sessions, inPlace, shownWhole }: ChangedDevices,
  scope: Scope,
): Iterable<DeviceId> {
  switch (scope.kind) {
    case 'device':
      return [scope.device as DeviceId].filter((id) => all.has(id))
    case 'incident':
      return []
    case 'front': {
      if (shownWhole) return all
      const open = [inPlace.get(`site ${scope.site}`), inPlace.get(`area ${scope.area}`)]
      return new Set([...sessions, ...open.flatMap((devices) => [...(devices ?? [])])])
    }
  }
}

function once<Value>(work: () => Value): () => Value {
  let done: { value: Value } | null = null
  return () => {
    done ??= { value: work() }
    return done.value
  }
}
