import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Ledger } from '../../server/ledger/ledger.ts'
import { startTestCentre } from '../support/centre.ts'
import type { CountingOrder } from '../support/counting-process.ts'
import { eventually } from '../support/eventually.ts'
import { everyEntry } from '../support/filled-ledger.ts'
import { influxdMissing, startInfluxd } from '../support/influxd.ts'
import { type PrintingProcess, startPrinting } from '../support/printing-process.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atSize } from './size.ts'

const KILLS = atSize({ slice: 30, full: 300 })
const AGENT_PROCESSES = 3
const AGENTS_EACH = 8
const COUNTING = join(import.meta.dirname, '../support/counting-process.ts')

/** From just after the doors open, when everybody returns at once, to well into calm. */
const LIFE_MS = [20, 1500] as const
const CATCH_UP_MS = 120_000
const LIMIT_MS = 180_000 + KILLS * 8000 + CATCH_UP_MS

/** Readings are dated from here on, a second apart. */
const SINCE_SECONDS = Math.floor(Date.now() / 1000) - 30 * 24 * 3600

/** What `child` has promised: by device, the highest number that it said was taken. */
function promised(child: PrintingProcess, highest: Map<string, number>): void {
  for (const line of child.lines) {
    const [word, device = '', number] = line.split(' ')
    if (word === 'taken') highest.set(device, Math.max(highest.get(device) ?? 0, Number(number)))
  }
}

test.skipIf(influxdMissing())(
  `${KILLS} times kill -9 of agents, server or InfluxDB under load: every reading is in ledger and store, none twice`,
  { timeout: LIMIT_MS },
  async () => {
    const influxd = await startInfluxd()
    onTestFinished(() => influxd.remove())
    const data = temporaryFolder()
    const enrolling = await startTestCentre({ HAIDANG_DATA: data })
    const orders: string[] = []
    const devices: string[] = []
    const journals = temporaryFolder()
    const enrolled: CountingOrder['devices'][number][][] = []
    for (let group = 0; group < AGENT_PROCESSES; group++) {
      const members = []
      for (let number = 0; number < AGENTS_EACH; number++) {
        const { device, key } = await enrolling.enrol(`D${group}-${number}`, 'S1', 'router')
        members.push({ device, key: Buffer.from(key).toString('hex') })
        devices.push(device)
      }
      enrolled.push(members)
    }
    await enrolling.stop()

    const environment = { HAIDANG_DATA: data, INFLUX_URL: influxd.url }
    let server = await startServerProcess(environment)
    const { mqttPort } = server
    for (const [group, members] of enrolled.entries()) {
      const order: CountingOrder = {
        folder: journals,
        port: mqttPort,
        sinceSeconds: SINCE_SECONDS,
        devices: members,
      }
      orders.push(join(journals, `order-${group}.json`))
      writeFileSync(orders[group]!, JSON.stringify(order))
    }
    const start = (group: number): PrintingProcess => startPrinting(COUNTING, [orders[group]!])
    const agents = orders.map((_, group) => start(group))
    const highest = new Map<string, number>()
    const killed = { server: 0, agents: 0, influxd: 0 }

    for (let kill = 0; kill < KILLS; kill++) {
      await pause(randomInt(...LIFE_MS))
      const target = randomInt(3)
      if (target === 0) {
        killed.server++
        await server.end('SIGKILL')
        server = await startServerProcess({ ...environment, HAIDANG_MQTT_PORT: String(mqttPort) })
      } else if (target === 1) {
        killed.agents++
        const group = randomInt(AGENT_PROCESSES)
        await agents[group]!.kill()
        promised(agents[group]!, highest)
        agents[group] = start(group)
      } else {
        killed.influxd++
        await influxd.stop('SIGKILL')
        await pause(randomInt(...LIFE_MS))
        await influxd.start()
      }
    }

    for (const agent of agents) agent.tell('enough')
    await Promise.race([
      Promise.all(agents.map((agent) => agent.line('finished'))),
      pause(CATCH_UP_MS).then(() => expect.fail(`expected all acknowledged within ${CATCH_UP_MS} ms`)),
    ])
    for (const agent of agents) promised(agent, highest)
    const produced = new Map<string, number>()
    for (const line of agents.flatMap(({ lines }) => lines)) {
      const [word, device = '', number] = line.split(' ')
      if (word === 'done') produced.set(device, Number(number))
    }
    await eventually(
      'the store to catch up',
      async () => {
        const text = await (await fetch(`http://127.0.0.1:${server.httpPort}/metrics`)).text()
        return /projection="readings"\} 0\n/.test(text)
      },
      CATCH_UP_MS,
    )
    await server.end('SIGTERM')

    const ledger = new Ledger(join(data, 'ledger.db'))
    await ledger.start()
    const inLedger = new Map<string, number[]>(devices.map((device) => [device, []]))
    for (const entry of everyEntry((offset, limit) => ledger.read(offset, limit))) {
      if (entry.kind !== 'report') continue
      const { uptimeSeconds, offsetsSeconds } = entry.report
      inLedger.get(entry.device)!.push(...offsetsSeconds.map((offset) => uptimeSeconds + offset))
    }
    expect(ledger.damaged, 'entries taken for damaged').toBe(0)
    await ledger.stop()
    let total = 0
    for (const device of devices) {
      const taken = produced.get(device)!
      total += taken
      expect(taken, `${device}: what it promised it has`).toBeGreaterThanOrEqual(highest.get(device)!)
      const expected = Array.from({ length: taken }, (_, at) => at + 1)
      expect(
        inLedger.get(device)!.sort((one, other) => one - other),
        `${device} in the ledger`,
      ).toEqual(expected)
      expect(await pointsIn(influxd.url, device), `${device} in InfluxDB`).toEqual(expected)
    }
    // The premise: there was a load, and all three died in it.
    expect(total).toBeGreaterThan(devices.length * KILLS)
    expect(Math.min(...Object.values(killed))).toBeGreaterThan(0)
    process.stdout.write(
      `${JSON.stringify({ name: 'chaos.kill_anything', kills: KILLS, ...killed, readings: total, lost: 0, twice: 0 })}\n`,
    )
  },
)

/** The numbers of a device's points in order of time, asked of the store itself. */
async function pointsIn(url: string, device: string): Promise<number[]> {
  const query = new URLSearchParams({
    db: 'haidang',
    q: `SELECT "uptime_seconds" FROM "reading" WHERE "device" = '${device}'`,
  })
  const answer = (await (await fetch(`${url}/query?${query}`)).json()) as {
    results: { series?: { values: [string, number][] }[] }[]
  }
  return (answer.results[0]?.series?.[0]?.values ?? []).map(([, number]) => number)
}
