import { run } from './namespace.ts'

/** Two machines and a line between them, each a network namespace: shaped both ways, lossy, every packet real. */
export interface ShapedLine {
  /** Where the agent finds the centre. */
  centreAddress: string
  shape(shape: Shape): void
  /** The part of the packets that is lost behind the shaper, each way. */
  lose(probability: number): void
  /** The commands that run another one at either end. */
  atAgent(...command: string[]): string[]
  atCentre(...command: string[]): string[]
  remove(): void
}

export interface Shape {
  kbps: number
  burstBytes: number
  /** So long a packet waits at most: beyond it the queue runs over. */
  latencyMs: number
}

export function openShapedLine(): ShapedLine {
  const [agent, centre] = ['a', 'c'].map((side) => `haidang-line-${process.pid}${side}`) as [string, string]
  // Linux takes 15 characters.
  const [near, far] = ['a', 'c'].map((side) => `hdl${process.pid}${side}`) as [string, string]
  for (const name of [agent, centre]) run('ip', 'netns', 'add', name)
  run('ip', 'link', 'add', near, 'netns', agent, 'type', 'veth', 'peer', 'name', far, 'netns', centre)
  const ends = [
    { name: agent, device: near, address: '10.77.0.2' },
    { name: centre, device: far, address: '10.77.0.1' },
  ]
  for (const { name, device, address } of ends) {
    run('ip', '-n', name, 'address', 'add', `${address}/24`, 'dev', device)
    for (const each of [device, 'lo']) run('ip', '-n', name, 'link', 'set', each, 'up')
  }
  const inside = (name: string, ...command: string[]): string[] => ['ip', 'netns', 'exec', name, ...command]
  return {
    centreAddress: ends[1]!.address,
    shape({ kbps, burstBytes, latencyMs }) {
      const tbf = ['tbf', 'rate', `${kbps}kbit`, 'burst', `${burstBytes}`, 'latency', `${latencyMs}ms`]
      // Anew, so that its bucket is full.
      for (const { name, device } of ends) {
        run(...inside(name, 'tc', 'qdisc', 'replace', 'dev', device, 'root', ...tbf))
      }
    },
    lose(probability) {
      for (const { name, device } of ends) {
        run(...inside(name, 'iptables', '-F', 'INPUT'))
        const randomly = ['-m', 'statistic', '--mode', 'random', '--probability', `${probability}`]
        if (probability > 0)
          run(...inside(name, 'iptables', '-A', 'INPUT', '-i', device, ...randomly, '-j', 'DROP'))
      }
    },
    atAgent: (...command) => inside(agent, ...command),
    atCentre: (...command) => inside(centre, ...command),
    // With the namespaces goes the pair.
    remove() {
      for (const { name } of ends) run('ip', 'netns', 'delete', name)
    },
  }
}
