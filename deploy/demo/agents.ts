import type { Act } from './act.ts'
import { Gate } from './gate.ts'
import { type Pace, QuickClock } from './quick-clock.ts'
import { type Actor, SimulatedAgent } from './simulated-agent.ts'

/** What the demo tells the process of the agents, and what it hears back. */
export type ToAgents =
  | { type: 'begin'; pace: Pace; server: { host: string; port: number }; actors: Actor[]; opening: Act[] }
  /** What is to come, in time order; told once everybody is there. */
  | { type: 'play'; acts: Act[] }
  /** How late it is, many times a second; answered each time. */
  | { type: 'pace'; pace: Pace }

/** That they have heard, and how many connections were made so far. */
export interface FromAgents {
  connections: number
}

/** TLS handshakes under way: the broker takes 256 at a time, and one machine does both ends. */
const HANDSHAKES = 48

/** The process of the simulated agents: the part of the demo that would be a province. Ends with its parent. */
export function runAgents(): Promise<number> {
  const gate = new Gate(HANDSHAKES)
  const agents = new Map<string, SimulatedAgent>()
  let connections = 0
  let clock: QuickClock | null = null

  function begin({ pace, server, actors, opening }: ToAgents & { type: 'begin' }): void {
    const started = new QuickClock(pace)
    clock = started
    for (const actor of actors) {
      const onUp = (): void => {
        connections++
      }
      agents.set(actor.id, new SimulatedAgent({ actor, server, clock: started, gate, onUp }))
    }
    for (const act of opening) agents.get(act.device)?.act(act)
  }

  function play({ acts }: ToAgents & { type: 'play' }): void {
    for (const act of acts) clock?.after(act.t - clock.nowMs(), () => agents.get(act.device)?.act(act))
  }

  process.on('message', (told: ToAgents) => {
    switch (told.type) {
      case 'begin':
        begin(told)
        break
      case 'play':
        play(told)
        break
      case 'pace':
        clock?.follow(told.pace)
        process.send?.({ connections } satisfies FromAgents)
    }
  })
  // Ctrl-C reaches the whole group: the parent stops this process when the centre has said its last.
  process.on('SIGINT', () => {})
  return new Promise((resolve) => {
    process.once('disconnect', () => {
      clock?.stop()
      for (const agent of agents.values()) agent.stop()
      resolve(0)
    })
  })
}
