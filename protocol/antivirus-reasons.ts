/**
 * Why an antivirus state is what it is: the agent sends a name of this table with its facts as `name key=value …`
 * (trait `antivirus_why`), people read the text. `{key}` stands for a fact; one whose key ends in `_hours` is told in
 * hours or days. The facts are chosen so that the same cause gives the same line for days: each change costs a message.
 * Of two engines whose state is the same, the one whose reason stands first here is told of.
 */
export const ANTIVIRUS_REASONS = [
  { name: 'current', vi: 'Đang bảo vệ, dữ liệu còn mới.', en: 'It protects, its signatures are recent.' },
  {
    name: 'says-current',
    vi: 'Phần mềm tự báo đang bật và dữ liệu còn mới; không cho biết ngày của dữ liệu.',
    en: 'By its own word it is on and up to date; it does not tell the date of its signatures.',
  },
  {
    name: 'only-on-demand',
    vi: 'Đang chạy, dữ liệu còn mới, nhưng chỉ quét khi được gọi, không canh khi mở tệp.',
    en: 'It runs with recent signatures, but scans only when called, not as files are opened.',
  },
  {
    name: 'age-not-known',
    vi: 'Đang bật; không rõ tuổi dữ liệu vì giờ của máy hoặc ngày của dữ liệu không tin được.',
    en: 'It is on; how old its signatures are is not known: the clock or the date of the signatures cannot be right.',
  },
  {
    name: 'few-chances',
    vi: 'Dữ liệu ngày {made} đã cũ, nhưng từ đó máy chưa bật và có mạng đủ {limit_hours} để cập nhật.',
    en: 'The signatures of {made} are old, but since then the machine was not on and on line for {limit_hours} to renew them.',
  },
  {
    name: 'says-outdated-few-chances',
    vi: 'Phần mềm tự báo dữ liệu cũ, nhưng máy chưa bật và có mạng đủ {limit_hours} để cập nhật.',
    en: 'It says itself that it is out of date, but the machine was not yet on and on line for {limit_hours} to renew.',
  },
  {
    name: 'signatures-old',
    vi: 'Dữ liệu ngày {made}; từ đó máy đã bật và có mạng hơn {limit_hours} mà không cập nhật.',
    en: 'The signatures are of {made}; since then the machine was on and on line for over {limit_hours} without renewing them.',
  },
  {
    name: 'says-outdated',
    vi: 'Phần mềm tự báo dữ liệu đã cũ.',
    en: 'It says itself that its signatures are out of date.',
  },
  {
    name: 'not-renewed',
    vi: 'Máy đã bật và có mạng hơn {limit_hours} mà dữ liệu không đổi; không rõ ngày của dữ liệu.',
    en: 'The machine was on and on line for over {limit_hours} and the signatures did not change; their date is not known.',
  },
  {
    name: 'no-signatures',
    vi: '{product} không có dữ liệu nhận biết virus chính thức nào.',
    en: '{product} has no official signatures at all.',
  },
  {
    name: 'mode-not-told',
    vi: '{product} báo đang bật nhưng không cho biết có đang chạy thụ động hay không.',
    en: '{product} reports itself on, but not whether it is merely passive.',
  },
  {
    name: 'state-not-known',
    vi: '{product} báo một trạng thái chưa biết ({state}).',
    en: '{product} reports a state that is not known ({state}).',
  },
  {
    name: 'signatures-not-told',
    vi: '{product} đang chạy, nhưng không biết được tuổi dữ liệu của nó.',
    en: '{product} runs, but how old its signatures are cannot be learned.',
  },
  {
    name: 'daemon-silent',
    vi: '{product} đang chạy nhưng không trả lời.',
    en: '{product} runs but does not answer.',
  },
  {
    name: 'passive-on-server',
    vi: '{product} được đặt chạy thụ động; phần mềm khác trên máy chủ thì không nhìn thấy được.',
    en: '{product} was set to be passive; another product on a server could not be seen.',
  },
  {
    name: 'presence-only',
    vi: '{product} đang chạy, nhưng không hỏi được có bảo vệ hay không.',
    en: '{product} runs, but whether it protects cannot be asked.',
  },
  {
    name: 'snoozed',
    vi: '{product} đang tạm dừng.',
    en: '{product} is paused for a while.',
  },
  {
    name: 'real-time-off',
    vi: 'Phần bảo vệ theo thời gian thực của {product} đang tắt.',
    en: 'The real-time protection of {product} is off.',
  },
  {
    name: 'expired',
    vi: 'Bản quyền {product} đã hết hạn, không còn bảo vệ.',
    en: 'The licence of {product} has expired; it no longer protects.',
  },
  {
    name: 'switched-off',
    vi: 'Đã cài {product} nhưng đang tắt.',
    en: '{product} is installed but switched off.',
  },
  {
    name: 'passive-alone',
    vi: '{product} chỉ chạy thụ động, nhường cho phần mềm khác, nhưng không có phần mềm nào đang bật.',
    en: '{product} is only passive, leaving the work to another product, but no other one is on.',
  },
  {
    name: 'not-running',
    vi: '{product} có trên máy nhưng không chạy.',
    en: '{product} is on the machine but does not run.',
  },
  {
    name: 'nothing-registered',
    vi: 'Windows không thấy phần mềm diệt virus nào.',
    en: 'Windows knows of no antivirus product.',
  },
  {
    name: 'defender-not-installed',
    vi: 'Máy chủ không có Microsoft Defender; phần mềm khác trên máy chủ thì không nhìn thấy được.',
    en: 'The server has no Microsoft Defender; another product on a server could not be seen.',
  },
  {
    name: 'nothing-found',
    vi: 'Không thấy phần mềm diệt virus nào; trên bộ định tuyến và bo mạch đó là bình thường.',
    en: 'No antivirus product was found; on routers and boards that is usual.',
  },
  {
    name: 'others-not-seen',
    vi: '{product} không bảo vệ, và không hỏi được Windows xem có phần mềm nào khác không.',
    en: '{product} does not protect, and Windows could not be asked whether another product does.',
  },
  {
    name: 'cannot-ask',
    vi: 'Không hỏi được Windows về phần mềm diệt virus.',
    en: 'Windows could not be asked about antivirus products.',
  },
] as const

/** How an engine works, as trait `antivirus_mode` tells it. */
export const ANTIVIRUS_MODES = [
  { name: 'normal', vi: 'Bình thường', en: 'Normal' },
  { name: 'passive', vi: 'Thụ động', en: 'Passive' },
  { name: 'sxs-passive', vi: 'Thụ động, chỉ quét định kỳ', en: 'Passive, scans now and then' },
  { name: 'edr-block', vi: 'Thụ động, chỉ chặn sau khi phát hiện', en: 'Passive, blocks after detection' },
  { name: 'not-running', vi: 'Không chạy', en: 'Not running' },
  { name: 'off', vi: 'Đang tắt', en: 'Switched off' },
  { name: 'snoozed', vi: 'Tạm dừng', en: 'Paused' },
  { name: 'expired', vi: 'Hết hạn', en: 'Expired' },
  { name: 'on-access', vi: 'Canh khi mở tệp', en: 'Scans as files are opened' },
  { name: 'on-demand', vi: 'Chỉ quét khi được gọi', en: 'Scans only when called' },
] as const

export type AntivirusReason = (typeof ANTIVIRUS_REASONS)[number]['name']
export type AntivirusMode = (typeof ANTIVIRUS_MODES)[number]['name']
export type ReasonFacts = Readonly<Record<string, string | number>>

/** The line of trait `antivirus_why`; values keep their blanks, as `%20`. */
export function antivirusWhy(reason: AntivirusReason, facts: ReasonFacts = {}): string {
  const told = Object.entries(facts).map(([key, value]) => `${key}=${encodeURIComponent(wellFormed(value))}`)
  return [reason, ...told].join(' ')
}

/** Half a pair of UTF-16, as a name cut in two leaves it, is no text. */
function wellFormed(value: string | number): string {
  return String(value).replace(/\p{Cs}/gu, '\ufffd')
}

/** A line of trait `antivirus_why` for people; of a reason that this version does not know, the line as it came. */
export function antivirusWhyWords(line: string): { vi: string; en: string } {
  const [name = '', ...told] = line.trim().split(/\s+/)
  const reason = ANTIVIRUS_REASONS.find((known) => known.name === name)
  if (!reason) return { vi: line, en: line }
  const facts = new Map(told.map(factOf))
  const fill = (text: string, { hours, days }: Record<'hours' | 'days', string>): string =>
    text.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = facts.get(key) ?? '?'
      const count = Number(value)
      if (!key.endsWith('_hours') || !Number.isFinite(count)) return value
      return count >= DAYS_FROM_HOURS && count % 24 === 0 ? `${count / 24} ${days}` : `${value} ${hours}`
    })
  return {
    vi: fill(reason.vi, { hours: 'giờ', days: 'ngày' }),
    en: fill(reason.en, { hours: 'hours', days: 'days' }),
  }
}

/** A mode for people; one that this version does not know, as it came. */
export function antivirusModeWords(mode: string): { vi: string; en: string } {
  return ANTIVIRUS_MODES.find(({ name }) => name === mode) ?? { vi: mode, en: mode }
}

/** `48 hours` is said of a limit as often as `2 days`; from four days on nobody counts hours. */
const DAYS_FROM_HOURS = 96

function factOf(text: string): [key: string, value: string] {
  const at = text.indexOf('=')
  if (at < 0) return [text, '']
  const value = text.slice(at + 1)
  try {
    return [text.slice(0, at), decodeURIComponent(value)]
  } catch {
    return [text.slice(0, at), value]
  }
}
