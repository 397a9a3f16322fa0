import type { Inlet } from '../../broker/inlet.ts'

export interface Fact {
  kind: keyof Inlet
  device: string
  /** The hello, the payload, or why the connection was lost. */
  said: string
}

/** An inlet in memory whose promises the test settles by hand while they are held. */
export class HeldInlet implements Inlet {
  /** Every fact that was told, in order, stored or not. */
  readonly told: Fact[] = []
  readonly keepalives: number[] = []
  readonly #waiting: { kind: keyof Inlet; resolve(): void; reject(error: Error): void }[] = []
  readonly #held = new Set<keyof Inlet>()

  hold(kind: keyof Inlet): void {
    this.#held.add(kind)
  }

  /** What is told from here on is stored at once; what waits keeps waiting. */
  free(kind: keyof Inlet): void {
    this.#held.delete(kind)
  }

  waiting(kind: keyof Inlet): number {
    return this.#waiting.filter((one) => one.kind === kind).length
  }

  /** Settles the longest waiting fact of the kind. */
  settle(kind: keyof Inlet, outcome: 'stored' | 'failed'): void {
    const at = this.#waiting.findIndex((one) => one.kind === kind)
    const [one] = this.#waiting.splice(at, 1)
    if (at < 0 || !one) throw new Error(`inlet: expected a waiting ${kind}, got none`)
    if (outcome === 'stored') one.resolve()
    else one.reject(new Error('disk full'))
  }

  kinds(device?: string): string[] {
    return this.told.filter((fact) => !device || fact.device === device).map(({ kind }) => kind)
  }

  connected: Inlet['connected'] = (device, { hello, keepaliveSeconds }) => {
    this.keepalives.push(keepaliveSeconds)
    return this.#take('connected', device, Buffer.from(hello).toString())
  }
  lost: Inlet['lost'] = (device, why) => this.#take('lost', device, why)
  goodbye: Inlet['goodbye'] = (device, payload) =>
    this.#take('goodbye', device, Buffer.from(payload).toString())
  report: Inlet['report'] = (device, payload) => this.#take('report', device, Buffer.from(payload).toString())

  loss: Inlet['loss'] = (device, payload) => this.#take('loss', device, Buffer.from(payload).toString())
  pace: Inlet['pace'] = (device, payload) => this.#take('pace', device, Buffer.from(payload).toString())
  traits: Inlet['traits'] = (device, payload) => this.#take('traits', device, Buffer.from(payload).toString())
  neighbours: Inlet['neighbours'] = (relay, payload) =>
    this.#take('neighbours', relay, Buffer.from(payload).toString())

  #take(kind: keyof Inlet, device: string, said: string): Promise<void> {
    this.told.push({ kind, device, said })
    if (!this.#held.has(kind)) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({ kind, resolve, reject }))
  }
}
