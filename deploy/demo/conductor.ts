import type { ChildProcess } from 'node:child_process'
import type { FromAgents, ToAgents } from './agents.ts'
import type { QuickClock } from './quick-clock.ts'

export interface Conductor {
  /** Resolves when so many connections are made. */
  everybody(connections: number): Promise<void>
  /** Never resolves. @throws Error when the agents' process has ended, and with it time */
  readonly broken: Promise<never>
  /** From now on at this speed. */
  run(speed: number): void
  stop(): void
}

/** Both processes renew their stride so often. */
const BEAT_MS = 30
/** Agents that have not answered for so long have no processor: time waits for them. */
const PATIENCE_MS = 120

/** Keeps the centre and the agents in one time, which goes on only while both keep up. */
export function conduct(clock: QuickClock, agents: ChildProcess): Conductor {
  let speed = clock.pace.speed
  let answeredMs = performance.now()
  let connections = 0
  let awaited: { connections: number; resolve: () => void } | null = null

  const broken = new Promise<never>((_, reject) => {
    agents.once('exit', (status) => reject(new Error(`agents: expected to run, got exit status ${status}`)))
  })
  // At the end of the play it ends as it shall.
  broken.catch(() => {})
  agents.on('message', (told: FromAgents) => {
    answeredMs = performance.now()
    connections = told.connections
    if (awaited && connections >= awaited.connections) awaited.resolve()
  })
  const beat = setInterval(() => {
    if (!agents.connected) return
    if (performance.now() - answeredMs < PATIENCE_MS) clock.run(speed)
    agents.send({ type: 'pace', pace: clock.pace } satisfies ToAgents)
  }, BEAT_MS)

  return {
    everybody: (expected) =>
      new Promise((resolve) => {
        awaited = { connections: expected, resolve }
      }),
    broken,
    run: (next) => {
      speed = next
    },
    stop: () => clearInterval(beat),
  }
}
