import type { BootEnd } from '#protocol/hello.ts'
import type { SystemEvent } from './events.ts'
import { toDate, toNumber } from './fields.ts'

/** How the machine went away once, and came back. */
export interface Ending {
  end: BootEnd
  /** By what record, as the trait `boot_end` has it: `shutdown 2026-11-20T10:02:11Z event 1074`. */
  evidence: string
  /** When it went, as near as Windows knows; null where it does not. */
  endedAtMs: number | null
  /** When it came back. */
  startedAtMs: number
  /** It woke, or started by Fast Startup: the kernel and its uptime are those from before. */
  sameKernel: boolean
}

/** Entries that are written when Windows starts or wakes; all others of those asked for belong to its going. */
const STARTS: ReadonlySet<string> = new Set([
  ...['kernel-general 12', 'kernel-boot 20', 'kernel-boot 27', 'kernel-power 41', 'eventlog 6005'],
  ...['eventlog 6008', 'kernel-power 107', 'kernel-power 507', 'power-troubleshooter 1'],
])

/** Off and on again within this is a restart, where no record says which: no person is so quick with a PC. */
const RESTART_GAP_MS = 120_000

/** From a person's word to Fast Startup's going to sleep; one that was taken back lies longer ago. */
const HYBRID_GAP_MS = 600_000

/** Entries of one start are written within a few minutes, even on a slow disk. */
const START_SPREAD_MS = 600_000

/** `POWER_ACTION` of wdm.h, as event 109 bears it. */
const ACTION_SHUTDOWN = 4
const ACTION_RESET = 5
const ACTION_OFF = 6

/** Kernel-Boot 27: 0 is a cold start. */
const FAST_STARTUP = 1
const FROM_HIBERNATION = 2

/** Entries of one going and of the coming back behind it. */
interface Passage {
  going: SystemEvent[]
  coming: SystemEvent[]
}

/**
 * How the boot before this one ended: the newest ending that was no sleep. @param events the oldest first
 * @returns null when the log does not reach back to one
 */
export function bootEndOf(events: readonly SystemEvent[]): Ending | null {
  return endingsOf(events).findLast(({ end }) => end !== 'sleep') ?? null
}

/** Each time the machine went and came back, sleeps too, the oldest first. @param events the oldest first */
export function endingsOf(events: readonly SystemEvent[]): Ending[] {
  return passagesOf(events)
    .map(endingOf)
    .filter((ending): ending is Ending => ending !== null)
}

function passagesOf(events: readonly SystemEvent[]): Passage[] {
  const passages: Passage[] = []
  let open: Passage = { going: [], coming: [] }
  const close = (): void => {
    if (open.coming.length > 0) passages.push(open)
    open = { going: [], coming: [] }
  }
  for (const event of events) {
    const starts = STARTS.has(keyOf(event))
    // A start that repeats itself, or comes much later, is another one: nothing was written between, as in a power cut.
    if (starts ? isAnotherStart(open.coming, event) : open.coming.length > 0) close()
    open[starts ? 'coming' : 'going'].push(event)
  }
  close()
  return passages
}

function isAnotherStart(coming: readonly SystemEvent[], event: SystemEvent): boolean {
  const [first] = coming
  if (!first) return false
  return (
    coming.some((known) => keyOf(known) === keyOf(event)) ||
    (coming.some(isWake) && isCold(event)) ||
    Math.abs(event.atMs - first.atMs) > START_SPREAD_MS
  )
}

function endingOf({ going, coming }: Passage): Ending | null {
  const startedAtMs = Math.min(...coming.map(({ atMs }) => atMs))
  const found = wokenFrom(going, coming) ?? brokenOff(going, coming) ?? orderly(going, coming, startedAtMs)
  if (!found) return null
  const { end, at, by, sameKernel = false } = found
  return { end, endedAtMs: at, startedAtMs, sameKernel, evidence: evidenceOf(end, at ?? startedAtMs, by) }
}

interface Found {
  end: BootEnd
  at: number | null
  by: string
  sameKernel?: boolean
}

/** The same kernel goes on: sleep, hibernation, or what Fast Startup makes of a shutdown. */
function wokenFrom(going: readonly SystemEvent[], coming: readonly SystemEvent[]): Found | null {
  if (!coming.some(isWake)) return null
  const bootType = numberIn(find(coming, 'kernel-boot', 27), 'BootType')
  const asleep = sleepOf(going)
  const slept = asleep?.atMs ?? toDate(find(coming, 'power-troubleshooter', 1)?.data.SleepTime)
  const off = find(going, 'user32', 1074)
  const hybrid = off !== undefined && (slept === null || slept - off.atMs <= HYBRID_GAP_MS)
  if (bootType === FAST_STARTUP || (hybrid && asleep)) {
    const by = off && hybrid ? 'event 1074, fast startup' : 'event 27, fast startup'
    return { end: 'shutdown', at: (hybrid ? off?.atMs : null) ?? slept, by, sameKernel: true }
  }
  return { end: 'sleep', at: slept, by: `event ${(asleep ?? coming[0]!).id}`, sameKernel: true }
}

/** What Windows found at its start: it had not been told to end. */
function brokenOff(going: readonly SystemEvent[], coming: readonly SystemEvent[]): Found | null {
  const power = find(coming, 'kernel-power', 41)
  const log = find(coming, 'eventlog', 6008)
  const bad = find(coming, 'kernel-boot', 20)?.data.LastShutdownGood?.toLowerCase() === 'false'
  if (!power && !log && !bad) return null
  const by = power ? 'event 41' : log ? 'event 6008' : 'event 20'
  const alive = log ? lastAlive(log) : null
  const stop = numberIn(power, 'BugcheckCode')
  // It stopped by itself; no kind of ending says so.
  if (stop) return { end: 'unknown', at: alive, by: `${by}, stop code 0x${stop.toString(16)}` }
  const asleep = sleepOf(going)
  if (asleep) {
    const off = find(going, 'user32', 1074)
    const hybrid = off !== undefined && asleep.atMs - off.atMs <= HYBRID_GAP_MS
    const { atMs } = hybrid ? off : asleep
    return { end: hybrid ? 'shutdown' : 'sleep', at: atMs, by: `event ${asleep.id}, did not wake` }
  }
  const held = power?.data.LongPowerButtonPressDetected?.toLowerCase() === 'true'
  if (held || numberIn(power, 'PowerButtonTimestamp')) {
    return { end: 'shutdown', at: alive, by: `${by}, power button held` }
  }
  return { end: 'power-loss', at: alive, by }
}

function orderly(
  going: readonly SystemEvent[],
  coming: readonly SystemEvent[],
  startedAtMs: number,
): Found | null {
  const last = going.at(-1)
  if (!last || !coming.some(isCold)) return null
  const kernel = find(going, 'kernel-power', 109)
  const off = find(going, 'user32', 1074)
  const said = off ?? kernel ?? last
  const action = numberIn(kernel, 'ShutdownActionType')
  const by = `event ${said.id}`
  if (action === ACTION_RESET) return { end: 'restart', at: said.atMs, by }
  if (action === ACTION_SHUTDOWN || action === ACTION_OFF) return { end: 'shutdown', at: said.atMs, by }
  const gapMs = startedAtMs - last.atMs
  if (gapMs < 0) return { end: 'unknown', at: said.atMs, by: `${by}, the clock was set` }
  const seconds = `${Math.round(gapMs / 1000)} s later on again`
  return { end: gapMs <= RESTART_GAP_MS ? 'restart' : 'shutdown', at: said.atMs, by: `${by}, ${seconds}` }
}

/** The entry with which it fell asleep, if that was the last thing it did. */
function sleepOf(going: readonly SystemEvent[]): SystemEvent | null {
  const last = going.at(-1)
  return last?.provider === 'kernel-power' && (last.id === 42 || last.id === 506) ? last : null
}

/** Written only when a kernel starts anew. */
function isCold(event: SystemEvent): boolean {
  if (event.provider === 'kernel-boot') return event.id === 27 && numberIn(event, 'BootType') === 0
  return event.provider === 'kernel-general' || event.provider === 'eventlog' || event.id === 41
}

/** Written only when a kernel goes on. */
function isWake(event: SystemEvent): boolean {
  const { provider, id } = event
  if (provider === 'kernel-boot') {
    const type = numberIn(event, 'BootType')
    return id === 27 && (type === FAST_STARTUP || type === FROM_HIBERNATION)
  }
  return provider === 'power-troubleshooter' || (provider === 'kernel-power' && (id === 107 || id === 507))
}

function find(events: readonly SystemEvent[], provider: string, id: number): SystemEvent | undefined {
  return events.findLast((event) => event.provider === provider && event.id === id)
}

function numberIn(event: SystemEvent | undefined, name: string): number | null {
  return toNumber(event?.data[name])
}

function keyOf({ provider, id }: SystemEvent): string {
  return `${provider} ${id}`
}

/**
 * When the event log last noted that it lives (every minute or so): two SYSTEMTIMEs of eight 16-bit words behind event
 * 6008, the second in UTC. The words of the entry itself are in the language of Windows.
 */
function lastAlive({ binary }: SystemEvent): number | null {
  const bytes = Buffer.from(binary, 'hex')
  if (bytes.length < 32) return null
  const [year, month, , day, hour, minute, second] = Array.from({ length: 8 }, (_, word) =>
    bytes.readUInt16LE(16 + 2 * word),
  )
  const ms = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  return month! >= 1 && month! <= 12 && day! >= 1 && toDate(`/Date(${ms})/`) !== null ? ms : null
}

function evidenceOf(end: BootEnd, atMs: number, by: string): string {
  return `${end} ${new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z')} ${by}`
}
