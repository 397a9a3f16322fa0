/** Messages after the examples of OASIS CAP-v1.2, appendix A, told about our own places. */

interface AlertParts {
  identifier: string
  sent: string
  msgType: string
  status: string
  references: string
  infos: readonly string[]
}

export const SENDER = 'canhbao@kttv.example'

/** 14:00 on 20/09/2026 in Vietnam. */
export const SENT = Date.UTC(2026, 8, 20, 7)
export const HOUR_MS = 3600_000

/** ms as CAP writes them, in Vietnam's zone. */
export const capTime = (at: number): string =>
  `${new Date(at + 7 * HOUR_MS).toISOString().slice(0, 19)}+07:00`

export function alertXml(parts: Partial<AlertParts> = {}): string {
  const { identifier, sent, msgType, status, references, infos } = {
    ...{ identifier: 'VN-KTTV-1', sent: capTime(SENT), msgType: 'Alert', status: 'Actual', references: '' },
    ...{ infos: [infoXml()] },
    ...parts,
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>${identifier}</identifier>
  <sender>${SENDER}</sender>
  <sent>${sent}</sent>
  <status>${status}</status>
  <msgType>${msgType}</msgType>
  <scope>Public</scope>
  ${references && `<references>${references}</references>`}
  ${infos.join('\n')}
</alert>`
}

interface InfoParts {
  language: string
  event: string
  headline: string
  urgency: string
  severity: string
  certainty: string
  times: string
  areas: readonly string[]
}

export function infoXml(parts: Partial<InfoParts> = {}): string {
  const { language, event, headline, urgency, severity, certainty, times, areas } = {
    ...{ language: 'vi-VN', event: 'Bão', headline: 'Tin bão khẩn cấp, cơn bão số 9', urgency: 'Expected' },
    ...{ severity: 'Severe', certainty: 'Likely', areas: [areaXml()] },
    times: `<onset>${capTime(SENT + 2 * HOUR_MS)}</onset><expires>${capTime(SENT + 26 * HOUR_MS)}</expires>`,
    ...parts,
  }
  return `<info>
    <language>${language}</language>
    <category>Met</category>
    <event>${event}</event>
    <urgency>${urgency}</urgency><severity>${severity}</severity><certainty>${certainty}</certainty>
    ${times}
    <headline>${headline}</headline>
    ${areas.join('\n')}
  </info>`
}

export const areaXml = (description = 'Xã Nà Tăm', inside = code('03163')): string =>
  `<area><areaDesc>${description}</areaDesc>${inside}</area>`

export const code = (value: string): string =>
  `<geocode><valueName>GSO</valueName><value>${value}</value></geocode>`

export const reference = (identifier: string, sent = SENT): string =>
  `${SENDER},${identifier},${capTime(sent)}`

export const bytesOf = (text: string): Uint8Array => Buffer.from(text)
