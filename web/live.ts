/**
 * Keeps an open page true. The only code in the browser, and the page works without it. Server-sent events in:
 * a message `{"id","html"}` replaces one element, `hello` carries the version of the server's pages, `again`
 * asks to open the stream anew. Out: the changed document. It imports nothing, so that it travels in under 2 KB;
 * the ages that it spells are those of `format.ts`.
 */

interface Fragment {
  id: string
  html: string
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Ages are told in minutes: half of one keeps them true. */
const AGES_EVERY_MS = 30_000
/** The whole page weighs up to 8 KB, a second of a 64 kbit/s line: at most once a minute. */
const REFETCH_EVERY_MS = MINUTE_MS
/** When the server answered with an error the browser gives up; this retries. */
const REOPEN_AFTER_MS = 10_000

const FOCUSABLE = 'a,button,summary'

const { body } = document
const language = document.documentElement.lang

// A PC with a dead clock battery is years off: ages are counted on the centre's clock.
let aheadMs = Date.now() - Number(body.dataset.at)
let source: EventSource | undefined
let missedEvents = false
let refetchedAt = 0
let refetchTimer: number | undefined
let reopenTimer: number | undefined

function unit(count: number, name: 'second' | 'minute' | 'hour' | 'day'): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(count)
}

function duration(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS)
  if (days > 0) return unit(days, 'day') + (hours > 0 ? ` ${unit(hours, 'hour')}` : '')
  if (hours > 0) return unit(hours, 'hour') + (minutes > 0 ? ` ${unit(minutes, 'minute')}` : '')
  return minutes > 0 ? unit(minutes, 'minute') : unit(Math.floor(ms / 1000), 'second')
}

function ago(ms: number): string {
  const relative = new Intl.RelativeTimeFormat(language)
  if (ms < MINUTE_MS) return body.dataset.justNow ?? ''
  if (ms < HOUR_MS) return relative.format(-Math.floor(ms / MINUTE_MS), 'minute')
  if (ms < DAY_MS) return relative.format(-Math.floor(ms / HOUR_MS), 'hour')
  return relative.format(-Math.floor(ms / DAY_MS), 'day')
}

function spellAges(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago],time[data-lasting]')) {
    const ms = Math.max(0, Date.now() - aheadMs - Date.parse(time.dateTime))
    time.textContent = 'ago' in time.dataset ? ago(ms) : duration(ms)
  }
}

/** What tells a focusable element from the others, before and after a change. */
const keyOf = (element: Element) => element.getAttribute('href') ?? element.parentElement?.id

/** Swaps one for the other; what a reader has opened or folded stays so, and the focus where it was. */
function replace(old: Element, fresh: Element): void {
  for (const details of old.querySelectorAll<HTMLDetailsElement>('details[id]')) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`)
    if (same instanceof HTMLDetailsElement) same.open = details.open
  }
  const focused = document.activeElement
  const key = focused && old.contains(focused) ? keyOf(focused) : undefined
  old.replaceWith(fresh)
  if (!key) return
  const same = [...fresh.querySelectorAll<HTMLElement>(FOCUSABLE)].find((element) => keyOf(element) === key)
  same?.focus({ preventScroll: true })
}

/** A row has changed its state: the line of its site counts again. */
function recount(site: Element): void {
  const shapes = document.querySelector<HTMLTemplateElement>('#counts')
  if (!shapes) return
  const counts = shapes.content.cloneNode(true) as DocumentFragment
  for (const count of counts.querySelectorAll<HTMLElement>('[data-count]')) {
    const devices = site.querySelectorAll(`.d.${count.dataset.count}`).length
    if (devices === 0) count.remove()
    else count.querySelector('b')!.textContent = String(devices)
  }
  site.querySelector('.counts')?.replaceChildren(counts)
}

/** Tells a screen reader the summary's sentence when it has changed, and only then. */
function announce(before: string | null | undefined): void {
  const sentence = document.querySelector('[data-say]')?.textContent
  const speaker = document.getElementById('say')
  if (speaker && sentence && sentence !== before) speaker.textContent = sentence
}

function show({ id, html }: Fragment): void {
  const follow = body.dataset.follow
  const old = document.getElementById(id)
  const template = document.createElement('template')
  template.innerHTML = html
  const fresh = template.content.firstElementChild as HTMLElement | null
  // An element that names its version stands for the page only when that is another.
  const version = fresh?.dataset.version
  const stale = follow === id && (version === undefined || version !== old?.dataset.version)
  if (stale || (follow === 'unknown' && !old && id.startsWith('d-'))) refetchSoon()
  if (!old || !fresh) return
  const before = document.querySelector('[data-say]')?.textContent
  replace(old, fresh)
  const site = fresh.closest('.site')
  if (site) recount(site)
  if (id === 'summary') announce(before)
}

function refetchSoon(): void {
  refetchTimer ??= setTimeout(() => void refetch(), Math.max(0, refetchedAt + REFETCH_EVERY_MS - Date.now()))
}

/** Swaps the content for what the server shows now. */
async function refetch(): Promise<void> {
  clearTimeout(refetchTimer)
  refetchTimer = undefined
  refetchedAt = Date.now()
  const answer = await fetch(location.href).catch(() => undefined)
  if (!answer?.ok) return
  // Signed out meanwhile: let the browser go where the server leads.
  if (answer.redirected) return location.reload()
  // Its style has a key of its own, which this page's policy would refuse aloud.
  const text = (await answer.text()).replace(/<style.*?<\/style>/s, '')
  const page = new DOMParser().parseFromString(text, 'text/html')
  const [old, fresh] = [document.querySelector('main'), page.querySelector('main')]
  if (!old || !fresh) return
  aheadMs = Date.now() - Number(page.body.dataset.at)
  const before = document.querySelector('[data-say]')?.textContent
  replace(old, fresh)
  announce(before)
}

/** Another version of the pages is served now. Reloads once for it, never in a circle. */
function greet(version: string): void {
  if (version === body.dataset.version || sessionStorage.getItem('version') === version) return
  sessionStorage.setItem('version', version)
  location.reload()
}

function setLost(lost: boolean): void {
  document.getElementById('lost')!.hidden = !lost
}

function open(): void {
  clearTimeout(reopenTimer)
  source?.close()
  source = new EventSource(body.dataset.events!)
  source.onopen = () => {
    setLost(false)
    if (missedEvents) void refetch()
    missedEvents = false
  }
  source.onerror = () => {
    missedEvents = true
    setLost(true)
    if (source?.readyState !== EventSource.CLOSED) return
    reopenTimer = setTimeout(open, REOPEN_AFTER_MS)
    // The server refused: the session may have ended, and then the page leads to the sign-in.
    refetchSoon()
  }
  source.onmessage = (event) => show(JSON.parse(event.data))
  source.addEventListener('again', () => {
    missedEvents = true
    open()
  })
  source.addEventListener('hello', (event) => greet(event.data))
}

// A page that nobody sees costs nothing on the line.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(reopenTimer)
    source?.close()
    missedEvents = true
  } else {
    spellAges()
    open()
  }
})
setInterval(spellAges, AGES_EVERY_MS)
if (!document.hidden) open()
