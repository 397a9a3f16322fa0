import type { Line } from '#protocol/cost.ts'
import { WireError } from '#protocol/errors.ts'
import { encodePace, type Pace } from '#protocol/pace.ts'
import { decodeSettings, type Settings } from '#protocol/settings.ts'
import { DOWN_TOPICS, TOPICS, type UpTopic } from '#protocol/topics.ts'
import type { AccountStore, SavedAccount } from './budget/account.ts'
import { Budget } from './budget/budget.ts'
import { SILENT } from './budget/steps.ts'
import type { Clock } from './clock.ts'
import type { AgentConfig } from './config.ts'
import type { Log } from './log.ts'
import { paceOf, samePace, wantedOf } from './pace.ts'
import { reasonOf } from './reason.ts'
import { problemsOf } from './settings.ts'

export interface PacerParts {
  papers: AgentConfig
  /** What was kept: the centre's last settings, and the account of the line. */
  settings: Settings | null
  saved: SavedAccount
  store: AccountStore
  keepSettings(settings: Settings): Promise<void>
  clock: Clock
  boot: number
  line(): Line
  /** A boot's end is still to be told. */
  hasNews(): boolean
  link: {
    readonly connected: boolean
    send(): void
    say(topic: UpTopic, payload: Uint8Array): Promise<boolean>
  }
  /** Sampling and reporting follow. */
  onPace(): void
  log: Log
}

/** The device's pace: its papers, what the centre wants of it, and how far the budget lets it; each change is announced. */
export class Pacer {
  readonly #parts: PacerParts
  readonly budget: Budget
  #settings: Settings | null
  #pace: Pace
  /** What the centre was told last on this line. */
  #told: Pace | null = null
  /** What hellos have told since, those of vain attempts among them. */
  #helloPaces: Pace[] = []
  /** Settings are taken one after the other, so that the last to come are the last to be kept. */
  #turn: Promise<void> = Promise.resolve()
  #running = false

  constructor(parts: PacerParts) {
    const { papers, settings, saved, store, clock, boot, line, log } = parts
    this.#parts = parts
    this.#settings = settings
    this.budget = new Budget(
      {
        ...{ store, clock, boot, line, log },
        identityBytes: papers.device.length,
        hasNews: () => parts.hasNews() || this.#mustSaySilence,
        onStep: () => this.#change(),
        onMonth: () => this.#forgetSilence(),
        onRoom: () => {
          parts.link.send()
          this.#change()
        },
      },
      saved,
      wantedOf(papers, settings),
      settings?.monthlyBytes ?? null,
    )
    this.#pace = paceOf(papers, settings, this.budget.step)
  }

  async start(): Promise<void> {
    this.#running = true
    await this.budget.start()
    this.#change()
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#turn
    await this.budget.close()
  }

  get pace(): Pace {
    return this.#pace
  }

  /** Somebody pays for each byte of the line. */
  get metered(): boolean {
    return this.#settings !== null && this.#settings.monthlyBytes !== null
  }

  /** A storm: whoever updates or probes waits while this is true. */
  get held(): boolean {
    return this.#settings?.hold ?? false
  }

  /** The centre wants to know what the line can carry, and has chosen this device to find out. */
  get measures(): boolean {
    return this.#settings?.measure ?? false
  }

  /** Over how long devices spread their return when it was the centre that went away. */
  get spreadMs(): number {
    return (this.#settings?.spreadSeconds ?? 0) * 1000
  }

  /** The pace, for a hello that is being built: its answer may come minutes later. */
  helloPace(): Pace {
    const last = this.#helloPaces.at(-1)
    if (!last || !samePace(last, this.#pace)) this.#helloPaces.push(this.#pace)
    return this.#pace
  }

  /** A hello has told a pace; where hellos told several nobody knows which of them was heard. */
  onConnected(): void {
    const [told = null, ...others] = this.#helloPaces.splice(0)
    this.#told = others.length === 0 ? told : null
    this.#change()
  }

  /** Called at each sample: looks at the budget, and says again what was not heard. */
  tick(): void {
    this.budget.tick()
    this.#change()
  }

  /** What the centre pushes: settings, or what is of no concern here. */
  async onPush(topic: string, payload: Uint8Array): Promise<void> {
    if (topic !== DOWN_TOPICS.settings) return
    const settings = readable(payload, this.#parts.log)
    if (settings === null) return
    this.#turn = this.#turn.then(() => this.#follow(settings))
    await this.#turn
  }

  async #follow(settings: Settings): Promise<void> {
    const { log, keepSettings } = this.#parts
    try {
      await keepSettings(settings)
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'settings not kept: they hold until the next start')
    }
    if (!this.#running) return
    this.#settings = settings
    log.info({ ...settings }, 'settings of the centre')
    this.budget.follow(wantedOf(this.#parts.papers, settings), settings.monthlyBytes)
    this.#change()
  }

  get #mustSaySilence(): boolean {
    return this.budget.step === SILENT && this.#told?.step !== SILENT
  }

  /** A mute device says so once a month, out of the reserve: else it would never hear of a higher cap. */
  #forgetSilence(): void {
    if (this.budget.step === SILENT) this.#told = null
  }

  #change(): void {
    if (!this.#running) return
    const { papers, onPace } = this.#parts
    const pace = paceOf(papers, this.#settings, this.budget.step)
    if (!samePace(pace, this.#pace)) {
      this.#pace = pace
      onPace()
    }
    if (this.#told === null || !samePace(pace, this.#told)) void this.#announce(pace)
  }

  /** Where it is not heard the next hello tells it. */
  async #announce(pace: Pace): Promise<void> {
    const { link } = this.#parts
    if (!link.connected) return
    this.#told = pace
    const heard = await link.say(TOPICS.pace, encodePace(pace))
    if (!heard && this.#told === pace) this.#told = null
  }
}

function readable(payload: Uint8Array, log: Pick<Log, 'warn'>): Settings | null {
  try {
    const settings = decodeSettings(payload)
    const problems = problemsOf(settings)
    if (problems.length === 0) return settings
    log.warn({ problems }, 'settings of the centre refused')
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    log.warn({ reason: error.message }, 'settings of the centre not readable')
  }
  return null
}
