import { renderDeviceRow } from '../../web/parts/device-row.tsx'
import { renderIncidents } from '../../web/parts/incidents.tsx'
import { renderSummary } from '../../web/parts/summary.tsx'
import type { Language } from '../../web/view.ts'
import { deviceView, nowView, type ViewParts } from '../views/now.ts'
import type { Changes, Fragment } from './live-stream.ts'

/** The changed pieces of the front page, drawn by the page's own parts. */
export function renderChanges(parts: ViewParts, changes: Changes, language: Language): Fragment[] {
  const now = parts.now()
  const fragments: Fragment[] = []
  for (const id of changes.devices) {
    const device = parts.registry.device(id)
    if (!device) continue
    fragments.push({ id: `d-${id}`, html: renderDeviceRow(deviceView(parts, device), now, language) })
  }
  if (changes.incidents) {
    const view = nowView(parts)
    fragments.push({ id: 'summary', html: renderSummary(view, language) })
    fragments.push({ id: 'incidents', html: renderIncidents(view, language) })
  }
  return fragments
}
