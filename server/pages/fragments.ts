import type { DeviceId } from '#protocol/ids.ts'
import { ROWS_OPEN } from '../../web/parts/areas.tsx'
import { renderDeviceRow } from '../../web/parts/device-row.tsx'
import { renderIncidents } from '../../web/parts/incidents.tsx'
import { renderSummary } from '../../web/parts/summary.tsx'
import { deviceView, nowView, type ViewParts } from '../views/now.ts'
import type { Audience, Changes, Fragment, Scope } from './live-stream.ts'

/** The changed pieces of a page, drawn by the page's own parts. */
export function renderChanges(parts: ViewParts, changes: Changes, { language, scope }: Audience): Fragment[] {
  const now = parts.now()
  const fragments: Fragment[] = []
  for (const id of devicesFor(parts, changes, scope)) {
    const device = parts.registry.device(id)
    if (!device) continue
    fragments.push({ id: `d-${id}`, html: renderDeviceRow(deviceView(parts, device), now, language) })
  }
  if (scope.kind === 'front' && (changes.incidents || changes.summary)) {
    const view = nowView(parts)
    if (changes.summary) fragments.push({ id: 'summary', html: renderSummary(view, language) })
    if (changes.incidents) fragments.push({ id: 'incidents', html: renderIncidents(view, language) })
  }
  return fragments
}

/**
 * A world that a page shows whole is told whole. Of a larger one a reader hears every change of a session, but
 * values only of the site that stands open: 1,400 devices a minute would fill a 64 kbit/s line.
 */
function devicesFor({ registry }: ViewParts, { values, sessions }: Changes, scope: Scope): DeviceId[] {
  const changed = [...new Set([...sessions, ...values])]
  switch (scope.kind) {
    case 'device':
      return changed.filter((id) => id === scope.device)
    case 'front':
      if (registry.devices().length <= ROWS_OPEN) return changed
      return changed.filter((id) => sessions.has(id) || registry.device(id)?.site === scope.site)
  }
}
