import { spawnSync } from 'node:child_process'

/** A device's side of a line: a network namespace, joined to this machine by a veth pair. */
export interface Namespace {
  name: string
  /** The device's own interface, inside: what crosses it crosses the line. */
  device: string
  /** Where the device finds the server. */
  serverAddress: string
  /** The device's own, for a server that asks. */
  deviceAddress: string
  /** Runs a program inside, as `spawn(command[0], command.slice(1))`. */
  inside(...command: string[]): string[]
  /** Off at one end is off for a connection; deploy/ turns TCP timestamps off at the server's. */
  setTimestamps(on: boolean): void
  /** Packets leave the device cut to the line's size, not in one piece for the interface to cut. */
  cutPackets(): void
  remove(): void
}

/** @throws Error with what the command said */
export function run(...command: string[]): void {
  const { status, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.join(' ')}: expected exit status 0, got ${status}: ${stderr}`)
}

/** @throws Error that names what is missing, for a bench to say and end */
export function requireTools(bench: string, ...tools: string[]): void {
  if (process.getuid?.() !== 0) {
    throw new Error(`${bench}: expected root, for network namespaces and captures; run it with sudo`)
  }
  for (const tool of tools) {
    if (spawnSync(tool, ['-V']).error) throw new Error(`${bench}: expected the program ${tool}`)
  }
}

/** One a process and `number`; its addresses end in .`number`.1 outside and .`number`.2 inside. */
export function openNamespace(number = 0): Namespace {
  const name = `haidang-${process.pid}-${number}`
  // Linux takes 15 characters.
  const [outside, device] = ['o', 'i'].map((side) => `hd${side}${process.pid}n${number}`.slice(0, 15)) as [
    string,
    string,
  ]
  // Benches that run side by side do not answer for each other.
  const network = `10.${64 + (process.pid % 128)}.${number}`
  run('ip', 'netns', 'add', name)
  run('ip', 'link', 'add', outside, 'type', 'veth', 'peer', 'name', device, 'netns', name)
  run('ip', 'address', 'add', `${network}.1/24`, 'dev', outside)
  run('ip', 'link', 'set', outside, 'up')
  run('ip', '-n', name, 'address', 'add', `${network}.2/24`, 'dev', device)
  run('ip', '-n', name, 'link', 'set', device, 'up')
  run('ip', '-n', name, 'link', 'set', 'lo', 'up')
  const inside = (...command: string[]): string[] => ['ip', 'netns', 'exec', name, ...command]
  return {
    name,
    device,
    serverAddress: `${network}.1`,
    deviceAddress: `${network}.2`,
    inside,
    setTimestamps: (on) => run(...inside('sysctl', '-qw', `net.ipv4.tcp_timestamps=${on ? 1 : 0}`)),
    cutPackets: () => run('ip', '-n', name, 'link', 'set', device, 'gso_max_segs', '1'),
    // With the namespace goes the pair.
    remove: () => run('ip', 'netns', 'delete', name),
  }
}
