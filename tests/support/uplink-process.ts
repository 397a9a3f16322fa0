/**
 * What an agent on a router sees of its two lines, as a program: the agent's own watch and collectors, with the kernel's
 * own files and real pings. It prints JSON lines: `{"turn":true}`, and twice a second what a sample would say.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Values } from '../../agent/collect/collector.ts'
import { reasonOf } from '../../agent/reason.ts'
import { createUplinkChecksCollector, createUplinksCollector } from '../../agent/uplinks/collectors.ts'
import type { UplinkPapers } from '../../agent/uplinks/papers.ts'
import { ping } from '../../agent/uplinks/ping.ts'
import { UplinkWatch, type UplinkWatchLimits } from '../../agent/uplinks/uplink-watch.ts'

export interface UplinkProcess {
  lines: readonly UplinkPapers[]
  limits: Partial<UplinkWatchLimits>
}

export type UplinkWord = { turn: true } | { values: Values } | { fault: string }

function tell(word: UplinkWord): void {
  process.stdout.write(`${JSON.stringify(word)}\n`)
}

const { lines, limits } = JSON.parse(process.argv[2] ?? '{}') as UplinkProcess
const watch = new UplinkWatch({
  ...{ lines, limits },
  metered: () => false,
  held: () => false,
  onTurn: () => tell({ turn: true }),
  // One that waits a second, so that silence is clear in three.
  ping: (question, signal) => ping({ ...question, count: 1 }, signal, 1),
})
const collectors = [createUplinksCollector(watch), createUplinkChecksCollector(watch)]
watch.start()
for (;;) {
  try {
    tell({ values: Object.assign({}, ...(await Promise.all(collectors.map((one) => one.read())))) })
  } catch (error) {
    tell({ fault: reasonOf(error) })
  }
  await sleep(500)
}
