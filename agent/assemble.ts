import { isIPv6 } from 'node:net'
import type { Line } from '#protocol/cost.ts'
import { encodeGoodbye } from '#protocol/goodbye.ts'
import type { Hello } from '#protocol/hello.ts'
import type { MetricName } from '#protocol/metrics.ts'
import { encodePace } from '#protocol/pace.ts'
import { TOPICS } from '#protocol/topics.ts'
import type { Agent, AgentParts } from './agent.ts'
import { writeBoot } from './boot.ts'
import { createLineBytes } from './budget/line-bytes.ts'
import { Capacity } from './capacity/capacity.ts'
import { interfaceTraffic } from './capacity/interfaces.ts'
import { lookByTrains } from './capacity/look.ts'
import type { Values } from './collect/collector.ts'
import { createDeadBands } from './dead-band.ts'
import { Intake } from './journal/intake.ts'
import { connectOptions } from './link/connect.ts'
import { Exchange } from './link/exchange.ts'
import { askKernel } from './link/kernel.ts'
import { Link } from './link/link.ts'
import { rememberingLookup } from './lookup.ts'
import type { Surroundings } from './machine.ts'
import type { Opened } from './opened.ts'
import type { Sealed } from './outbox.ts'
import { Pacer } from './pacer.ts'
import { PowerWatch } from './power-watch.ts'
import { reasonOf } from './reason.ts'
import { Way } from './relay/way.ts'
import { ageOf } from './report.ts'
import { Reporter, type Rhythm } from './reporter.ts'
import { Sampler } from './sampler.ts'
import { writeSettings } from './settings.ts'
import { Teller } from './teller.ts'
import { createUplinkChecksCollector, createUplinksCollector } from './uplinks/collectors.ts'
import { UplinkWatch } from './uplinks/uplink-watch.ts'

/** Half an interval late a relay has forgotten. */
const RELAYED_PATIENCE = 1.5

/** An agent of its parts and of what the disk knew, ready to be started. */
export function assemble(
  { config, folder, log, clock, routeLimits, machine, power, powerLimits, forAnother }: Required<AgentParts>,
  opened: Opened,
): Agent {
  const { journal, settings, store, saved, timestamps, silences } = opened
  let { boot } = opened
  let stopping = false
  const exchange = new Exchange()

  const hello = (): Hello => ({
    epoch: journal.epoch,
    boot: boot.number,
    uptimeSeconds: clock.uptimeSeconds(),
    previousEnd: boot.previousEnd,
    pace: pacer.helloPace(),
    rows: journal.rows,
  })

  const { lookup, family } = rememberingLookup({
    nowMs: () => performance.now(),
    onAsked: () => pacer.budget.lookedUp(),
  })
  const line: Line = { timestamps, tagBytes: 16, ipv6: isIPv6(config.server.host) }
  const pacer: Pacer = new Pacer({
    ...{ papers: config, settings, saved, store, clock, boot: boot.number, log },
    keepSettings: (fresh) => writeSettings(folder, fresh),
    line: () => ({ ...line, ipv6: line.ipv6 || family() === 6 }),
    hasNews: () => boot.previousEnd !== null,
    link: {
      get connected() {
        return way.connected
      },
      send: () => way.send(),
      say: (topic, payload) => way.say(topic, payload),
    },
    onPace: () => sampler.retime(),
  })

  /** What every way to the centre carries. */
  const carried = {
    outbox: journal,
    ageOf: (sealed: Sealed) => ageOf(sealed, boot.number, clock),
    onPush: (topic: string, payload: Uint8Array) => void pacer.onPush(topic, payload),
    onRoom: () => void reporter.onRoom(),
    log,
  }
  const welcomed = async (): Promise<void> => {
    pacer.onConnected()
    void rememberTold()
    await reporter.onConnected()
  }
  const link = new Link({
    address: { ...config.server, lookup },
    options: () => {
      const { metered } = pacer
      line.tagBytes = metered ? 8 : 16
      return connectOptions(config, hello(), { metered })
    },
    keepaliveSeconds: () => pacer.pace.keepaliveSeconds,
    spreadMs: () => pacer.spreadMs,
    meter: pacer.budget,
    askKernel,
    silences,
    exchange,
    ...carried,
    onPush: (topic, payload) => {
      if (!way.takePush(topic, payload)) carried.onPush(topic, payload)
    },
    onConnected: async () => {
      way.onLinkUp()
      await welcomed()
    },
    onAway: () => way.onLinkAway(),
  })
  const way: Way = new Way({
    ...{ config, link, log, routeLimits },
    neighbour: { ...carried, hello, collect: () => reporter.onCollect(), onWelcome: welcomed },
  })

  const reporter = new Reporter({ pace: () => rhythmOf(pacer.pace, way.relayed), journal, link: way, log })
  const intake = new Intake({ journal, log })
  const banded = createDeadBands()
  const billed = createLineBytes(clock, () => pacer.budget.spentBytes)
  const surroundings: Surroundings = {
    ...{ folder, clock },
    lineUp: () => way.connected,
    metered: () => pacer.metered,
    held: () => pacer.held,
  }
  const capacity = new Capacity({
    look: lookByTrains(config, lookup),
    traffic: interfaceTraffic(),
    budget: () => pacer.budget,
    held: () => pacer.held || !pacer.measures,
    // Through a relay it would be the relay's line, and the LAN before it.
    connected: () => link.connected && !way.relayed,
    ...{ clock, folder, log },
  })
  const uplinks =
    config.uplinks && !forAnother
      ? new UplinkWatch({
          lines: config.uplinks,
          metered: () => pacer.metered,
          held: () => pacer.held,
          onTurn: () => sampler.sampleNow(),
          onSpent: (bytes) => pacer.budget.spentBeside(bytes),
        })
      : null
  const sampler: Sampler = new Sampler({
    collectors: [
      ...machine.collectors(surroundings),
      ...(forAnother ? [] : [power, capacity.collector]),
      ...(uplinks ? [createUplinksCollector(uplinks), createUplinkChecksCollector(uplinks)] : []),
      { name: 'exchange', read: async () => exchange.take(performance.now()) },
    ],
    clock,
    boot: boot.number,
    sampleSeconds: () => pacer.pace.sampleSeconds,
    onSample: async (sample) => {
      pacer.tick()
      // Of a device that does not answer there is nothing to tell.
      if (forAnother && Object.keys(sample.values).length === 0) return
      const values = (forAnother ? bare : billed)(pacer.metered ? banded(sample.values) : sample.values)
      await intake.take({ ...sample, values })
      await reporter.onSample({ urgent: turned(sample.values) })
      if (way.connected) void teller.look()
    },
    log,
  })
  const teller = new Teller({
    folder,
    traits: () => ({ ...sampler.traits(), ...(boot.evidence !== null && { boot_end: boot.evidence }) }),
    say: (payload) => way.say(TOPICS.traits, payload),
    log,
  })
  const turned = createTurnWatch()
  const powerWatch = new PowerWatch({ power, limits: powerLimits, onTurn: () => sampler.sampleNow() })

  /** How the last boot ended is said once, also if the agent starts again in this boot. */
  async function rememberTold(): Promise<void> {
    if (boot.previousEnd === null) return
    boot = { ...boot, previousEnd: null }
    try {
      await writeBoot(folder, boot)
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'boot file not written')
    }
  }

  return {
    async start() {
      log.info({ device: config.device, boot: boot.number, server: config.server }, 'agent started')
      await pacer.start()
      await teller.start()
      if (stopping) return
      await sampler.start()
      if (stopping) return
      if (forAnother) return
      powerWatch.start()
      uplinks?.start()
      await capacity.start()
      await way.start()
    },
    async stop(reason) {
      stopping = true
      powerWatch.stop()
      uplinks?.stop()
      await capacity.stop()
      await sampler.stop()
      intake.stop()
      const goodbye = { reason, boot: boot.number, uptimeSeconds: clock.uptimeSeconds() }
      // On the disk first: a system that shuts down may not leave the time for the centre's answer.
      await journal.goodbye(goodbye).catch((error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'goodbye not recorded')
      })
      const heard = await way.sayGoodbye(encodeGoodbye(goodbye))
      await way.stop()
      await pacer.stop()
      await journal.close()
      log.info({ reason, heard }, 'agent stopped')
    },
    held: () => pacer.held,
    hush: () => way.hush(),
    speak: () => way.speak(),
    innerPort: () => way.innerPort(),
    lineAnswers: () => way.say(TOPICS.pace, encodePace(pacer.pace)),
  }
}

const bare = (values: Values): Values => values

/** The relay asks when it sends, as often as it reports; only one that does not ask is not waited for. */
function rhythmOf(pace: Rhythm, relayed: boolean): Rhythm {
  return relayed ? { ...pace, reportSeconds: pace.reportSeconds * RELAYED_PATIENCE } : pace
}

/** What its neighbours' silence is judged by, and a line that has taken over: told at once. */
const TOLD_AT_ONCE: readonly MetricName[] = ['power_source', 'uplink_carrying']

/** Whether one of them is another than in the sample before. */
function createTurnWatch(): (values: Values) => boolean {
  const known = new Map<MetricName, number>()
  return (values) => {
    let turned = false
    for (const name of TOLD_AT_ONCE) {
      const value = values[name]
      if (value === undefined) continue
      turned ||= known.has(name) && known.get(name) !== value
      known.set(name, value)
    }
    return turned
  }
}
