import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CapturedPacket, startCapture } from '../capture.ts'
import { openNamespace } from '../namespace.ts'
import type { Peer } from './peer.ts'
import { openStage, type Stage } from './stage.ts'

const DAY_SECONDS = 86_400

/** First scrapes, lists of items and handshakes are over by then, and no period ends at a whole minute after a start. */
export const START_UP_SECONDS = 90

/** What a peer spent, scaled to a day. */
export interface Observed {
  peer: Peer
  dayBytes: number
  measuredSeconds: number
  values: number
  packets: readonly CapturedPacket[]
}

/** A peer at work, and its line's packets. */
export interface Watched {
  peer: Peer
  stage: Stage
  delivered(): Promise<number>
  startedMs: number
  packets(): Promise<CapturedPacket[]>
}

/** Whether its programs are there; what is missing it says in one line. */
export function installed({ name, programs }: Peer): boolean {
  const missing = Object.entries(programs).filter(([program]) => spawnSync('which', [program]).status !== 0)
  if (missing.length === 0) return true
  const packages = [...new Set(missing.map(([, inPackage]) => inPackage))].join(' ')
  process.stderr.write(`${name} is skipped: apt-get install --no-install-recommends ${packages}\n`)
  return false
}

/** What to undo at the end, the last first. */
export type Undo = (() => Promise<void> | void)[]

/** Starts the peer on a line of its own, number `number`, in a folder of its own in `folder`. */
export async function watch(peer: Peer, number: number, folder: string, undo: Undo): Promise<Watched> {
  const line = openNamespace(number)
  undo.push(line.remove)
  // A default is Linux' own too; off, as deploy/ has it for ours, a packet is 12 bytes shorter.
  line.setTimestamps(peer.setting === 'default')
  // Packets as they are on a line: an interface that cuts them by itself would show one of 64 kB.
  line.cutPackets()
  const own = join(folder, peer.name)
  mkdirSync(own)
  const capture = await startCapture(line.name, line.device, 'every', join(folder, `${peer.name}.pcap`))
  undo.push(async () => void (await capture.stop()))
  const stage = openStage(line, own)
  undo.push(stage.stop)
  const delivered = await peer.start(stage)
  return { peer, stage, delivered, startedMs: Date.now(), packets: capture.stop }
}

/** @returns null when the run was shorter than the peer's own period @throws Error when nothing arrived */
export async function observe(watched: Watched, runSeconds: number): Promise<Observed | null> {
  const { peer, stage, delivered, startedMs } = watched
  stage.expectRunning()
  const periods = Math.floor((runSeconds - START_UP_SECONDS) / peer.periodSeconds)
  const values = await delivered()
  if (periods === 0) {
    process.stderr.write(
      `${peer.name} is left out: its period of ${peer.periodSeconds} s is longer than this run\n`,
    )
    return null
  }
  if (values === 0) throw new Error(`${peer.name}: expected values at its server, got none`)
  const measuredSeconds = periods * peer.periodSeconds
  const fromMs = startedMs + START_UP_SECONDS * 1000
  const packets = (await watched.packets()).filter(
    ({ atMs }) => atMs >= fromMs && atMs < fromMs + measuredSeconds * 1000,
  )
  const bytes = packets.reduce((sum, { ipBytes }) => sum + ipBytes, 0)
  return { peer, packets, measuredSeconds, values, dayBytes: (bytes / measuredSeconds) * DAY_SECONDS }
}
