import type { ContractLine } from './simulator/contract-line.ts'

type WarningLine = ContractLine & { type: 'warning' }

const WORDS = { alert: 'Alert', update: 'Update', cancel: 'Cancel' } as const
const SENDER = 'canhbao@demo.invalid'

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1)

/** CAP writes offsets, and `Z` not at all. */
const capTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '-00:00')

/** The bulletins of the weather service, as CAP 1.2 messages that refer to each other. */
export function createBulletins(areaName: (id: string) => string): (line: WarningLine) => string {
  /** By the id of the warning: how its last message is referred to. */
  const last = new Map<string, { count: number; reference: string }>()
  return ({ t, id, action, status, severity, areas, onset, expires }) => {
    const before = last.get(id)
    const count = (before?.count ?? 0) + 1
    const identifier = `${id}-${count}`
    last.set(id, { count, reference: `${SENDER},${identifier},${capTime(t)}` })
    const described = areas
      .map(
        (area) =>
          `<area><areaDesc>${areaName(area)}</areaDesc><geocode><valueName>MaDiaBan</valueName><value>${area}</value></geocode></area>`,
      )
      .join('')
    return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${identifier}</identifier><sender>${SENDER}</sender><sent>${capTime(t)}</sent><status>${capital(status)}</status><msgType>${before ? WORDS[action] : 'Alert'}</msgType><scope>Public</scope>${before ? `<references>${before.reference}</references>` : ''}<info><language>vi-VN</language><category>Met</category><event>Bão</event><urgency>Expected</urgency><severity>${capital(severity)}</severity><certainty>Likely</certainty><onset>${capTime(onset)}</onset><expires>${capTime(expires)}</expires><headline>Tin bão khẩn cấp (diễn tập)</headline>${described}</info></alert>`
  }
}
