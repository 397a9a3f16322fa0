import type { Language } from '../../web/view.ts'
import { incidentWords } from '../../web/words/incident.ts'
import type { IncidentEvent } from '../incidents/incident.ts'
import { listByArea } from './digest.ts'
import { type Names, siteName } from './names.ts'
import { areaList, countKinds, nameList } from './place.ts'
import { clockAndDate } from './when.ts'
import { factsOf } from './why.ts'

/** Several incidents in one message, whose devices a person sees to on one way: the list is what counts. */

/** So many devices of a site are named: who goes there has to know which. */
const DEVICES_NAMED = 8

const WORDS = {
  vi: {
    missing: 'Vẫn chưa có lại',
    are: (devices: string, after: string) => `${devices} vẫn chưa có lại${after}`,
    afterStorm: (storm: string) => ` sau ${storm}`,
    afterIncident: (id: string) => ` dù sự cố ${id} đã kết thúc`,
    until: (time: string) => `tính đến ${time}`,
    steps: [
      'Gọi người phụ trách từng nơi trong danh sách: còn điện không, thiết bị có sáng đèn nguồn không?',
      'Có điện: kiểm tra ổ cắm, dây nguồn, dây mạng; tắt, bật lại thiết bị.',
      'Vẫn mất: xếp lịch một chuyến đến kiểm tra hoặc thay.',
    ],
  },
  en: {
    missing: 'Still missing',
    are: (devices: string, after: string) => `${devices} still missing${after}`,
    afterStorm: (storm: string) => ` after ${storm}`,
    afterIncident: (id: string) => ` though incident ${id} is over`,
    until: (time: string) => `as of ${time}`,
    steps: [
      'Call the contact at each place on the list: is there power, is the power light of the device on?',
      'If there is: check socket, power cord and network cable; switch the device off and on.',
      'Still down: plan one round of visits to check or replace them.',
    ],
  },
} as const satisfies Record<Language, unknown>

/** Whether the event tells of devices that are not of the incident which bears it. */
export function isTogether({ event, incident, devices }: IncidentEvent): boolean {
  return event === 'opened' && devices.some((id) => !incident.devices.includes(id))
}

interface Together {
  headline: string
  subject: string
  lines: string[]
  steps: readonly string[]
}

/** Of the incident that bears the message neither place nor cause is true of the others. */
export function writeTogether(event: IncidentEvent, names: Names, language: Language): Together {
  const { devices, t } = event
  const words = WORDS[language]
  const place = placesOf(event, names, language)
  const all = words.are(incidentWords(language).devices(devices.length), afterWhat(event, language))
  return {
    headline: `${words.missing.toLocaleUpperCase(language)} · ${place}`,
    subject: `${all}: ${place}`,
    lines: [
      `${all}, ${words.until(clockAndDate(t, language))} (${countKinds(devices, names, language)}).`,
      ...listByArea(devices, names, language, DEVICES_NAMED),
    ],
    steps: words.steps,
  }
}

/** " sau đợt W1", " dù sự cố I1 đã kết thúc" */
function afterWhat({ why }: IncidentEvent, language: Language): string {
  const storm = factsOf(why, 'storm-mode')
  if (storm) return WORDS[language].afterStorm(incidentWords(language).storm(storm.storm))
  const hiding = factsOf(why, 'still-missing')
  return hiding ? WORDS[language].afterIncident(hiding.incident) : ''
}

/** The site that all are of, or else the areas. */
function placesOf({ devices, incident }: IncidentEvent, names: Names, language: Language): string {
  const sites = new Set(devices.flatMap((id) => names.device(id)?.site ?? []))
  const areas = new Set([...sites].flatMap((id) => names.site(id)?.area ?? []))
  if (sites.size === 1 || areas.size === 0)
    return nameList(
      [...(sites.size > 0 ? sites : incident.sites)].map((id) => siteName(id, names)),
      language,
    )
  return areaList([...areas], names, language)
}
