import { formatNumber } from '../format.ts'
import type { IncidentCause, IncidentScope, IncidentView, Language, PriorityName } from '../view.ts'

/** What is said of incidents alike in messages and on pages. */

const number = (value: number) => formatNumber(value, 'vi')
const count = (value: number, one: string, more: string) =>
  `${formatNumber(value, 'en')} ${value === 1 ? one : more}`

/** Who can mend it, and so what to do about it. `shared`: a line that many sites hang on. */
export type Remedy = 'power' | 'link' | 'shared' | 'device' | 'undetermined' | 'platform'

const vi = {
  cause: {
    power: 'mất điện',
    link: 'mất đường truyền',
    device: 'lỗi thiết bị',
    undetermined: 'chưa rõ',
    platform: 'sự cố ở trung tâm',
  } satisfies Record<IncidentCause, string>,
  scope: {
    device: 'một thiết bị',
    site: 'cả điểm',
    cell: 'trạm di động',
    area: 'nhiều điểm của địa bàn',
    isp: 'nhà mạng',
    platform: 'trung tâm',
  } satisfies Record<IncidentScope, string>,
  priority: {
    page: 'báo ngay',
    ticket: 'xử lý trong giờ làm việc',
    digest: 'ghi vào tổng hợp',
  } satisfies Record<PriorityName, string>,
  /** Told while it lasts, and once it is over or history has shown it. */
  suspected: (cause: string) => `Nghi do ${cause}`,
  found: (cause: string) => `Nguyên nhân: ${cause}`,
  unknownCause: 'Chưa rõ nguyên nhân',
  lost: 'Mất kết nối',
  unstable: 'Chập chờn',
  centreDeaf: 'Trung tâm không nhận được tin',
  centreHears: 'Trung tâm nhận tin trở lại',
  cannotWarn: (places: string) => `Không phát loa được cho ${places} trong lúc có cảnh báo`,
  /** What stands still, where a name alone would not say it. */
  cell: (cell: string) => `Trạm di động ${cell}`,
  isp: (isp: string) => `Nhà mạng ${isp}`,
  centre: 'Trung tâm giám sát',
  moreNames: (rest: number) => `và ${number(rest)} nơi khác`,
  atSites: (sites: number, areas: number) =>
    areas > 1 ? `ở ${number(sites)} điểm, ${number(areas)} địa bàn` : `ở ${number(sites)} điểm`,
  share: (some: number, all: number) => `${number(some)}/${number(all)} thiết bị`,
  devices: (some: number) => `${number(some)} thiết bị`,
  sites: (some: number) => `${number(some)} điểm`,
  speakers: (lost: number, all: number) => `${number(lost)}/${number(all)} cụm loa`,
  elsewhere: 'Nơi khác',
  inStorm: 'Trong đợt thiên tai',
  storm: (id: string) => `đợt ${id}`,
  gathered: (storm: string) =>
    `Trong đợt thiên tai ${storm}: sự cố tiếp theo ở đây được gộp vào tin tổng hợp, không báo lẻ.`,
  /** As on a card and at the head of the page. */
  backSoFar: (some: number, all: number) => `${number(some)}/${number(all)} đã có lại`,
  under: (some: number) => `${number(some)} sự cố gộp ở đây`,
  more: (some: number) => `và ${number(some)} sự cố khác`,
  incident: (id: string) => `Sự cố ${id}`,
  take: 'Nhận xử lý',
  signInToTake: 'Đăng nhập để nhận xử lý',
  takenBy: (name: string) => `${name} đang xử lý`,
  why: 'Vì sao',
  affected: 'Thiết bị bị ảnh hưởng',
  returned: {
    connected: (at: string) => `có lại ${at}`,
    goodbye: (at: string) => `tắt có báo trước ${at}`,
    removed: (at: string) => `thôi giám sát ${at}`,
  },
  missing: 'chưa có lại',
  onBattery: 'vẫn chạy bằng pin',
  countMissing: (missing: number) => `${number(missing)} chưa có lại`,
  moreSites: (some: number) => `và ${number(some)} điểm khác`,
  timeline: 'Diễn biến',
  leftOut: (some: number) => `… ${number(some)} mục không hiện ở đây …`,
  acknowledged: (name: string) => `${name} nhận xử lý`,
  backAgain: (some: number, all: number) => `Có lại: ${number(some)}/${number(all)} thiết bị`,
  told: 'Báo tin',
  by: (channel: string) => `qua ${channel}`,
  channel: { log: 'nhật ký trung tâm', webhook: 'webhook' } as Record<string, string>,
  sending: {
    queued: 'đang gửi',
    sent: (at: string) => `đã gửi ${at}`,
    failed: 'không gửi được',
  },
  related: 'Liên quan',
  rootOf: 'Nằm trong sự cố',
  toDo: 'Cần làm',
  warnOtherwise: 'Báo dân bằng cách khác ngay: loa tay, điện thoại trưởng thôn, đến từng nhà.',
  steps: {
    power: [
      'Gọi người phụ trách tại chỗ: nơi đó còn điện không?',
      'Mất điện: gọi điện lực, hỏi khi nào có lại.',
      'Có điện mà 10 phút sau vẫn mất: tắt, bật lại bộ định tuyến, chờ 3 phút.',
    ],
    link: [
      'Gọi người phụ trách tại chỗ: đèn modem, bộ định tuyến có sáng không?',
      'Tắt, bật lại bộ định tuyến, chờ 3 phút.',
      'Vẫn mất: gọi tổng đài nhà mạng, đọc mã thuê bao của điểm.',
    ],
    shared: [
      'Gọi tổng đài nhà mạng: báo các điểm đang mất và từ lúc nào.',
      'Hỏi khi nào có lại, rồi báo cho các điểm.',
      'Không cần đến từng điểm: đường truyền có lại thì các điểm tự kết nối.',
    ],
    device: [
      'Gọi người phụ trách tại chỗ: thiết bị có sáng đèn nguồn không?',
      'Kiểm tra ổ cắm, dây nguồn, dây mạng; tắt, bật lại thiết bị.',
      'Vẫn mất: xếp lịch đến kiểm tra hoặc thay.',
    ],
    undetermined: [
      'Gọi người phụ trách tại chỗ: nơi đó còn điện không?',
      'Còn điện: tắt, bật lại bộ định tuyến, chờ 3 phút.',
      'Vẫn mất: gọi tổng đài nhà mạng, đọc mã thuê bao của điểm.',
    ],
    platform: [
      'Kiểm tra máy chủ và đường truyền của trung tâm.',
      'Các điểm không cần làm gì: số đo được giữ trên máy và gửi lại sau.',
      '15 phút sau khi có lại, nơi nào còn mất sẽ có tin riêng.',
    ],
  } satisfies Record<Remedy, readonly [string, string, string]>,
}

const en: typeof vi = {
  cause: {
    power: 'power cut',
    link: 'line down',
    device: 'device fault',
    undetermined: 'not known',
    platform: 'trouble at the centre',
  },
  scope: {
    device: 'one device',
    site: 'whole site',
    cell: 'base station',
    area: 'several sites of an area',
    isp: 'ISP',
    platform: 'the centre',
  },
  priority: { page: 'told at once', ticket: 'for office hours', digest: 'listed in the digest' },
  suspected: (cause) => `Likely: ${cause}`,
  found: (cause) => `Cause: ${cause}`,
  unknownCause: 'Cause not known yet',
  lost: 'Down',
  unstable: 'Unstable',
  centreDeaf: 'The centre receives nothing',
  centreHears: 'The centre receives again',
  cannotWarn: (places) => `No loudspeaker warning possible for ${places} while a warning is in force`,
  cell: (cell) => `Base station ${cell}`,
  isp: (isp) => `ISP ${isp}`,
  centre: 'Monitoring centre',
  moreNames: (rest) => `and ${formatNumber(rest, 'en')} more`,
  atSites: (sites, areas) =>
    `at ${count(sites, 'site', 'sites')}${areas > 1 ? `, ${count(areas, 'area', 'areas')}` : ''}`,
  share: (some, all) => `${formatNumber(some, 'en')} of ${count(all, 'device', 'devices')}`,
  devices: (some) => count(some, 'device', 'devices'),
  sites: (some) => count(some, 'site', 'sites'),
  speakers: (lost, all) =>
    `${formatNumber(lost, 'en')} of ${count(all, 'speaker cluster', 'speaker clusters')}`,
  elsewhere: 'Elsewhere',
  inStorm: 'In a storm',
  storm: (id) => `storm ${id}`,
  gathered: (storm) =>
    `In storm ${storm}: what follows here goes into the digest, not into messages of its own.`,
  backSoFar: (some, all) => `${formatNumber(some, 'en')} of ${formatNumber(all, 'en')} back`,
  under: (some) => `${count(some, 'incident', 'incidents')} listed here`,
  more: (some) => `and ${count(some, 'more incident', 'more incidents')}`,
  incident: (id) => `Incident ${id}`,
  take: 'I take care of it',
  signInToTake: 'Sign in to take care of it',
  takenBy: (name) => `${name} takes care of it`,
  why: 'Why',
  affected: 'Devices affected',
  returned: {
    connected: (at) => `back ${at}`,
    goodbye: (at) => `shut down in order ${at}`,
    removed: (at) => `no longer watched ${at}`,
  },
  missing: 'not back yet',
  onBattery: 'runs on by battery',
  countMissing: (missing) => `${formatNumber(missing, 'en')} not back yet`,
  moreSites: (some) => `and ${count(some, 'more site', 'more sites')}`,
  timeline: 'What happened',
  leftOut: (some) => `… ${count(some, 'entry', 'entries')} left out here …`,
  acknowledged: (name) => `${name} takes care of it`,
  backAgain: (some, all) => `Back: ${formatNumber(some, 'en')} of ${count(all, 'device', 'devices')}`,
  told: 'Told',
  by: (channel) => `by ${channel}`,
  channel: { log: "the centre's log", webhook: 'webhook' },
  sending: { queued: 'being sent', sent: (at) => `sent ${at}`, failed: 'could not be sent' },
  related: 'Related',
  rootOf: 'Part of incident',
  toDo: 'To do',
  warnOtherwise: 'Warn people in another way now: megaphones, phone calls to village heads, door to door.',
  steps: {
    power: [
      'Call the contact on site: is there power?',
      'No power: call the power company, ask when it will be back.',
      'Power is on and it is still down after 10 min: power-cycle the router, wait 3 min.',
    ],
    link: [
      'Call the contact on site: are the lights of the modem and the router on?',
      'Power-cycle the router, wait 3 min.',
      'Still down: call the ISP with the line id of the site.',
    ],
    shared: [
      'Call the ISP: say which sites are down and since when.',
      'Ask when it will be back, and tell the sites.',
      'No need to visit the sites: they connect by themselves when the line is back.',
    ],
    device: [
      'Call the contact on site: is the power light of the device on?',
      'Check socket, power cord and network cable; switch the device off and on.',
      'Still down: plan a visit to check or replace it.',
    ],
    undetermined: [
      'Call the contact on site: is there power?',
      'If there is: power-cycle the router, wait 3 min.',
      'Still down: call the ISP with the line id of the site.',
    ],
    platform: [
      'Check the server and the line of the centre.',
      'Nothing to do at the sites: their readings are kept and sent later.',
      'Whatever is still down 15 min after it is back gets a message of its own.',
    ],
  },
}

const WORDS: Record<Language, typeof vi> = { vi, en }

export const incidentWords = (language: Language): typeof vi => WORDS[language]

/** The three things to do, by who can mend it. */
export function stepsFor(
  { cause, scope }: Pick<IncidentView, 'cause' | 'scope'>,
  language: Language,
): readonly string[] {
  return incidentWords(language).steps[remedyFor(cause, scope)]
}

function remedyFor(cause: IncidentCause, scope: IncidentScope): Remedy {
  if (scope === 'platform') return 'platform'
  if (cause === 'link') return scope === 'device' || scope === 'site' ? 'link' : 'shared'
  if (cause === 'undetermined') {
    if (scope === 'device') return 'device'
    return scope === 'isp' || scope === 'cell' ? 'shared' : 'undetermined'
  }
  return cause
}
