import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type CapturedPacket, startCapture } from './capture.ts'
import type { Namespace } from './namespace.ts'

const FROM_SOURCE = fileURLToPath(new URL('../../../deploy/from-source.mjs', import.meta.url))

/** The last ACK of an exchange follows within a delayed ACK's 200 ms; what comes next comes later. */
export const SETTLE_MS = 220

export interface CapturedRun {
  packets: CapturedPacket[]
  /** What the script has told, each in a line `WORD NUMBER`; a moment is in ms since 1970. */
  told: Partial<Record<string, number>>
}

/** Runs a script of this folder in the namespace, its plan as JSON in its argument, and captures what crosses the line. */
export async function captureScript(
  namespace: Namespace,
  port: number,
  script: string,
  plan: object,
): Promise<CapturedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  try {
    const capture = await startCapture(namespace.name, namespace.device, port, join(folder, 'run.pcap'))
    const path = fileURLToPath(new URL(script, import.meta.url))
    const node = [process.execPath, '--import', FROM_SOURCE, path, JSON.stringify(plan)]
    const [program, ...args] = namespace.inside(...node)
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const told: CapturedRun['told'] = {}
    for await (const line of createInterface(child.stdout)) {
      const [word, number] = line.split(' ')
      told[word!] = Number(number)
    }
    return { packets: await capture.stop(), told }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function bytesOf(packets: readonly CapturedPacket[]): number {
  return packets.reduce((sum, { ipBytes }) => sum + ipBytes, 0)
}
