import {
  attemptOnLine,
  breakOnLine,
  closeOnLine,
  handshakeOnLine,
  type Line,
  LOOKUP_BYTES,
  packetOnLine,
  pingOnLine,
  publishBytes,
  segmentBytes,
} from '#protocol/cost.ts'
import { connectionOnLine, DAY_SECONDS, dayOnLine, RESERVE_SHARE, staysOpen } from '#protocol/forecast.ts'
import { monthAt, monthStart } from '#protocol/month.ts'
import type { Clock } from '../clock.ts'
import type { LineMeter } from '../link/meter.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../reason.ts'
import { type Account, type AccountStore, accountOf, type SavedAccount } from './account.ts'
import { pass, passedBetween } from './calendar.ts'
import { LateAnswers } from './late-answers.ts'
import { fullOpenings, refill } from './openings.ts'
import { habitAt, SILENT, STEPS, stepFor, type Wanted } from './steps.ts'

export interface BudgetParts {
  store: AccountStore
  clock: Clock
  /** Number of the running boot. */
  boot: number
  identityBytes: number
  /** How packets look on this line; asked again and again, since a reconnect may find another address. */
  line(): Line
  /** Something that cannot wait is to be told by the next hello. */
  hasNews(): boolean
  /** Another pace is to be kept, and announced. */
  onStep(step: number): void
  /** A new month has begun; its step is chosen. */
  onMonth(): void
  /** What was refused for the disk's sake may be tried again. */
  onRoom(): void
  log: Log
  /** A monotonic clock, finer than the other's seconds. */
  monotonicMs?: () => number
}

/** Set aside on the disk before it is spent: at 22 kB a day six writes, and a power cut costs a tenth of a day's money. */
const BLOCK_BYTES = 4096
/** Without a cap nothing is refused; a block is what a power cut adds to the bill. */
const UNCAPPED_BLOCK_BYTES = 16_384
/** The calendar is kept at least so often. */
const KEEP_SECONDS = 3600
/** SYN, repeated after 1 and 3 s: then the link gives up. One to spare. */
const SYNS = 4
/** What the centre may push on one connection before it is asked for anything: settings, twice. */
const PUSHES = 2
/** Settings and what may be added to them. */
const PUSH_BYTES = 48
/** Topic, packet id, an answer: what a message of a payload is more than it. */
const ANSWER_BYTES = 16
/** A whole month, while there is no date. */
const MONTH_SECONDS = 31 * DAY_SECONDS

/**
 * The account of the line: counts what the link spends, by the model of `protocol/cost.ts`, and refuses what would
 * exceed the month's cap. What is spent was set aside on the disk before, so that neither a kill nor a power cut nor a
 * wrong clock gives any of it back.
 */
export class Budget implements LineMeter {
  readonly #parts: BudgetParts
  #account: Account
  #capBytes: number | null = null
  #wanted: Wanted
  #spentBytes: number
  /** What the file says is spent: never below what was. 0 while the file speaks of another month. */
  #durableBytes: number
  /** What may come without being asked for: answers that are due, the end of each connection, pushes. */
  readonly #answers = new LateAnswers()
  #pushesLeft = 0
  /** Reserved for a look at the line that is under way. */
  #probeBytes = 0
  /** Connections that are up: for a moment two, when one takes over from another. */
  #open = 0
  /** So many are being tried: for a moment two, when one hangs. */
  #trying = 0
  #lastOpenSeconds: number | null = null
  #saving: Promise<void> | null = null
  #refused = false
  #keptAtSeconds = 0
  #diskFailed = false
  #step: number
  /** The last packet was answered: only then does the other end wait with its ACK for the next answer to carry it. */
  #conversing = true
  /** The connection was opened for news: the first report on it is paid from the reserve too. */
  #newsLine = false

  /** `saved` is what the store held. */
  constructor(parts: BudgetParts, saved: SavedAccount, wanted: Wanted, capBytes: number | null) {
    const account = accountOf(saved, capBytes)
    this.#parts = parts
    this.#account = account
    this.#spentBytes = account.bytes
    this.#durableBytes = account.bytes
    this.#step = account.step
    this.#wanted = wanted
    this.#capBytes = capBytes
  }

  /** Resolves when the first block is set aside, or the disk has refused it. */
  async start(): Promise<void> {
    if (this.#account.calendar.atMs === null) {
      const [capBytes, connectBytes] = [this.#capBytes ?? 0, this.#connectBytes]
      this.#account.openingBytes = fullOpenings({ capBytes, connectBytes })
    }
    this.#look()
    this.#choose()
    this.#wantKept()
    await this.#saving
  }

  /** What the owner wants: a cap, and the pace that it may stretch. */
  follow(wanted: Wanted, capBytes: number | null): void {
    const rises = capBytes !== null && (this.#capBytes === null || capBytes > this.#capBytes)
    this.#wanted = wanted
    this.#capBytes = capBytes
    if (rises) {
      this.#account.openingBytes = Math.max(
        this.#account.openingBytes,
        fullOpenings({ capBytes, connectBytes: this.#connectBytes }),
      )
    }
    this.tick()
    this.#wantKept()
  }

  /** The present step, from 0, not stretched at all, to `SILENT`. */
  get step(): number {
    return this.#step
  }

  /** Of this month, both ways. */
  get spentBytes(): number {
    return this.#spentBytes
  }

  /** What may be spent in a month; null: as much as is wanted. */
  get capBytes(): number | null {
    return this.#capBytes
  }

  /** Looks at the clock and at what is left; called at each sample. */
  tick(): void {
    this.#look()
    this.#choose()
    const { clock } = this.#parts
    if (clock.uptimeSeconds() - this.#keptAtSeconds >= KEEP_SECONDS) this.#wantKept()
    this.#lookAhead()
  }

  mayConnect(): boolean {
    if (this.#capBytes === null) return true
    this.#look()
    const news = this.#parts.hasNews()
    if (!news && (this.#step === SILENT || !this.#isDue())) return false
    // A try is paid from the bucket; the connect itself may leave it in debt.
    if (this.#account.openingBytes < SYNS * attemptOnLine(this.#parts.line())) return false
    return this.#fits(this.#openingPrice(), news ? this.#capBytes : this.#liveLimit)
  }

  mayPing(): boolean {
    if (this.#capBytes === null) return true
    this.#look()
    if (!habitAt(this.#step, this.#wanted).pings || this.#step === SILENT) return false
    const line = this.#parts.line()
    return this.#fits(pingOnLine(line) + segmentBytes(line), this.#liveLimit)
  }

  maySend(lane: 'live' | 'history' | 'urgent', payloadBytes: number): boolean {
    if (this.#capBytes === null) return true
    this.#look()
    const line = this.#parts.line()
    const publish = publishBytes({ topicBytes: 1, payloadBytes, qos: 1 })
    const price = packetOnLine(line, publish, false) + packetOnLine(line, ANSWER_BYTES, false)
    switch (lane) {
      case 'urgent':
        return this.#fits(price, this.#capBytes)
      case 'live':
        if (this.#newsLine) return this.#fits(price, this.#capBytes)
        return this.#step !== SILENT && this.#fits(price, this.#liveLimit)
      case 'history':
        return this.#step !== SILENT && this.#fits(price, this.#historyLimit)
    }
  }

  /**
   * Whether a look at the line may be taken that costs at most so much: only out of what the wanted pace leaves until the
   * month is over. It is reserved until `probed` says what it came to. A no may be the disk's: ask again in a minute.
   */
  mayProbe(bytes: number): boolean {
    if (this.#probeBytes > 0) return false
    if (this.#capBytes !== null) {
      this.#look()
      if (this.#step > 0 || !this.#fits(bytes, this.#probeLimit)) return false
    }
    this.#probeBytes = bytes
    return true
  }

  /** The look is over and has cost so much. */
  probed(bytes: number): void {
    this.#probeBytes = 0
    this.#spend(bytes)
  }

  attempted(again = false): void {
    if (!again) this.#trying++
    this.#answers.tried(this.#nowMs())
    this.#pushesLeft = PUSHES
    this.#spend(attemptOnLine(this.#parts.line()), 'opening')
  }

  gaveUp(): void {
    this.#tried()
  }

  /** The name of the centre was asked for. */
  lookedUp(): void {
    this.#spend(LOOKUP_BYTES, 'opening')
  }

  connected(connectBytes: number, roundTripMs: number): void {
    const { identityBytes, clock, hasNews } = this.#parts
    this.#open = Math.min(this.#open, 1) + 1
    this.#tried()
    this.#pushesLeft = PUSHES
    this.#lastOpenSeconds = clock.uptimeSeconds()
    this.#newsLine = hasNews()
    this.#conversing = true
    const line = this.#parts.line()
    const late = this.#answers.connected(this.#nowMs(), roundTripMs) ? segmentBytes(line) : 0
    this.#spend(handshakeOnLine(line, { identityBytes, connectBytes }) + late, 'opening')
  }

  sent(bytes: number, answered: boolean): void {
    if (answered) this.#answers.asked(this.#nowMs())
    this.#newsLine = false
    const carried = answered && this.#conversing
    this.#conversing = answered
    this.#spend(packetOnLine(this.#parts.line(), bytes, carried))
  }

  received(bytes: number): void {
    const line = this.#parts.line()
    const pushed = this.#answers.open === 0
    if (pushed && this.#pushesLeft > 0) this.#pushesLeft--
    const late = this.#answers.answered(this.#nowMs()) ? segmentBytes(line) : 0
    this.#spend(packetOnLine(line, bytes, false) + late)
  }

  closed(orderly: boolean): void {
    const line = this.#parts.line()
    let bytes = orderly ? closeOnLine(line) : breakOnLine(line)
    // It came up and was refused, or hung, somewhere on the way to CONNACK; which of two it was nobody says.
    if (this.#trying > 0 || this.#open === 0) {
      bytes += connectionOnLine(line)
      this.#tried()
    } else this.#open--
    if (this.#open === 0) {
      this.#answers.closed()
      this.#pushesLeft = 0
    }
    this.#spend(bytes, 'opening')
  }

  /** Other packets of this device than those of its link, which nobody has asked for: they are paid all the same. */
  spentBeside(bytes: number): void {
    this.#spend(bytes)
  }

  #tried(): void {
    this.#trying = Math.max(0, this.#trying - 1)
  }

  #nowMs(): number {
    return (this.#parts.monotonicMs ?? performance.now.bind(performance))()
  }

  /** Keeps the exact account; afterwards nothing of it is left. */
  async close(): Promise<void> {
    this.#look()
    await this.#saving
    await this.#save(this.#spentBytes)
  }

  get #connectBytes(): number {
    return connectionOnLine(this.#parts.line())
  }

  /** What may still come on its own, whatever is refused from here on. */
  get #heldBytes(): number {
    const line = this.#parts.line()
    const answers = this.#answers.open * (packetOnLine(line, ANSWER_BYTES, false) + segmentBytes(line))
    const pushes = this.#pushesLeft * packetOnLine(line, PUSH_BYTES, false)
    const tried = this.#trying * this.#openingPrice()
    return answers + pushes + tried + this.#probeBytes + this.#open * closeOnLine(line)
  }

  /** A name's look-up, every SYN, the handshake, what may be pushed, the end. */
  #openingPrice(): number {
    const line = this.#parts.line()
    return (
      LOOKUP_BYTES +
      (SYNS - 1) * attemptOnLine(line) +
      this.#connectBytes +
      segmentBytes(line) +
      closeOnLine(line) +
      PUSHES * packetOnLine(line, PUSH_BYTES, false)
    )
  }

  get #reserveBytes(): number {
    const least = this.#openingPrice() + 2 * packetOnLine(this.#parts.line(), PUSH_BYTES, false)
    return Math.max(least, RESERVE_SHARE * (this.#capBytes ?? 0))
  }

  get #liveLimit(): number {
    return Math.max(0, (this.#capBytes ?? 0) - this.#reserveBytes)
  }

  /** The past leaves enough for a report a day until the month is over. */
  get #historyLimit(): number {
    const last = habitAt(STEPS.length - 1, this.#wanted)
    return this.#liveLimit - (dayOnLine(this.#parts.line(), last) * this.#leftSeconds()) / DAY_SECONDS
  }

  /** What is left then bears the whole pace, so that a look never stretches it. */
  get #probeLimit(): number {
    const days = Math.max(DAY_SECONDS, this.#leftSeconds()) / DAY_SECONDS
    return this.#liveLimit - dayOnLine(this.#parts.line(), habitAt(0, this.#wanted)) * days
  }

  #leftSeconds(): number {
    const { atMs } = this.#account.calendar
    return atMs === null ? MONTH_SECONDS : (monthStart(monthAt(atMs) + 1) - atMs) / 1000
  }

  /** Where reports are so far apart that no connection outlives the time between, the line is opened for one only. */
  #isDue(): boolean {
    const habit = habitAt(this.#step, this.#wanted)
    if (staysOpen(habit) || this.#lastOpenSeconds === null) return true
    return (
      this.#parts.clock.uptimeSeconds() - this.#lastOpenSeconds >= habit.reportSeconds - habit.sampleSeconds
    )
  }

  #fits(price: number, limitBytes: number): boolean {
    const needed = this.#spentBytes + this.#heldBytes + price
    if (needed > limitBytes) return false
    if (needed <= this.#durableBytes) return true
    this.#refused = true
    this.#wantKept(price)
    return false
  }

  #spend(bytes: number, purpose?: 'opening'): void {
    this.#spentBytes += bytes
    if (purpose === 'opening') this.#account.openingBytes -= bytes
    this.#lookAhead()
  }

  /** The next block is set aside while there is still half of one: a small message never waits for the disk. */
  #lookAhead(): void {
    if (this.#diskFailed) return
    if (this.#durableBytes - this.#spentBytes - this.#heldBytes < this.#blockBytes / 2) this.#wantKept()
  }

  get #blockBytes(): number {
    return this.#capBytes === null ? UNCAPPED_BLOCK_BYTES : BLOCK_BYTES
  }

  #wantKept(priceBytes = 0): void {
    this.#saving ??= this.#save(this.#spentBytes + this.#heldBytes + priceBytes + this.#blockBytes).finally(
      () => {
        this.#saving = null
        if (!this.#refused || this.#diskFailed) return
        this.#refused = false
        this.#parts.onRoom()
      },
    )
  }

  async #save(bytes: number): Promise<void> {
    const { store, log, clock } = this.#parts
    const { month } = this.#account
    try {
      await store.write({ ...this.#account, bytes, step: this.#step })
      // While it was written the month may have changed: then it speaks of another.
      if (this.#account.month === month) this.#durableBytes = bytes
      this.#keptAtSeconds = clock.uptimeSeconds()
      this.#diskFailed = false
    } catch (error) {
      if (!this.#diskFailed)
        log.error(
          { reason: reasonOf(error) },
          'account of the line not written: no more than is in it is spent',
        )
      this.#diskFailed = true
    }
  }

  /** Time goes on: the bucket fills, and with a new month a new account begins. */
  #look(): void {
    const { clock, boot } = this.#parts
    const look = { boot, uptimeSeconds: clock.uptimeSeconds(), clockMs: clock.nowMs() }
    const before = this.#account.calendar
    const calendar = pass(before, look)
    const passedSeconds = passedBetween(before, calendar)
    const capBytes = this.#capBytes ?? 0
    this.#account = {
      ...this.#account,
      calendar,
      openingBytes: refill(
        {
          openingBytes: this.#account.openingBytes,
          ...{ capBytes, connectBytes: this.#connectBytes },
          ...{ leftBytes: this.#liveLimit - this.#spentBytes, leftSeconds: this.#leftSeconds() },
        },
        passedSeconds,
      ),
    }
    if (calendar.atMs === null) return
    const month = monthAt(calendar.atMs)
    if (this.#account.month === null) this.#account.month = month
    if (month <= this.#account.month) return
    this.#parts.log.info({ month, bytes: this.#spentBytes }, 'a new month: a new account of the line')
    this.#account.month = month
    this.#account.openingBytes = fullOpenings({ capBytes, connectBytes: this.#connectBytes })
    this.#spentBytes = 0
    this.#durableBytes = 0
    this.#choose(0)
    this.#parts.onMonth()
  }

  #choose(from = this.#step): void {
    const step =
      this.#capBytes === null
        ? 0
        : stepFor({
            line: this.#parts.line(),
            wanted: this.#wanted,
            leftBytes: this.#liveLimit - this.#spentBytes,
            leftSeconds: this.#leftSeconds(),
            step: from,
          })
    if (step === this.#step) return
    const { log } = this.#parts
    const told = { from: this.#step, step, spentBytes: this.#spentBytes, capBytes: this.#capBytes }
    log.info(told, step === SILENT ? 'budget: silent but for what changes' : 'budget: another pace')
    this.#step = step
    this.#wantKept()
    this.#parts.onStep(step)
  }
}
