import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Logger } from 'pino'
import { createBroker } from '../broker/broker.ts'
import { type Clock, SYSTEM_CLOCK } from '../broker/clock.ts'
import { createMeter } from './api/metrics.ts'
import { buildApp } from './app.ts'
import { Accounts } from './auth/accounts.ts'
import { CapacityResponder } from './capacity/responder.ts'
import type { Config } from './config.ts'
import { takeDataFolder } from './data-folder.ts'
import { Fleet } from './fleet/fleet.ts'
import { Paces } from './fleet/paces.ts'
import { startHousekeeping } from './housekeeping.ts'
import { DEFAULT_RULES, type Rules } from './incidents/rules.ts'
import { createIntake } from './intake.ts'
import { Ledger } from './ledger/ledger.ts'
import { platformRecord } from './ledger/record.ts'
import { createLogChannel } from './notify/channels/log.ts'
import { createWebhook } from './notify/channels/webhook.ts'
import { Outbox } from './notify/outbox.ts'
import { loadBrowserFiles } from './pages/assets.ts'
import { renderChanges } from './pages/fragments.ts'
import { LiveStream } from './pages/live-stream.ts'
import { AvailabilityFacts } from './projections/availability.ts'
import { Completeness } from './projections/completeness.ts'
import { forgetPlace, furthestPlace, openProjections } from './projections/database.ts'
import { Follower, type Projection } from './projections/follower.ts'
import { Incidents } from './projections/incidents.ts'
import { Live } from './projections/live.ts'
import { Notices } from './projections/notices.ts'
import { createEmbeddedStore } from './projections/readings/embedded.ts'
import { createInfluxStore } from './projections/readings/influx.ts'
import { Readings } from './projections/readings/projection.ts'
import { Traits } from './projections/traits.ts'
import { openRegistryDatabase } from './registry/open.ts'
import { Registry } from './registry/registry.ts'
import { Relays } from './relay/relays.ts'
import { markUnwatched } from './relay/unwatched.ts'
import { PublishedReports } from './reports/published.ts'
import { setAsideIfDamaged } from './sqlite/check.ts'
import { Feeds } from './storms/feeds.ts'
import { WarningFolder } from './storms/folder.ts'
import { WarningIntake } from './storms/intake.ts'
import { Plans } from './storms/plans.ts'
import { Storms } from './storms/storms.ts'

/** The time that the centre lives in. */
export interface CentreTime {
  /** ms since 1970. */
  now: () => number
  /** The same without anybody who sets it, with timers. */
  clock: Clock
  /** How many of its seconds go by in one of the wall's: what waits for a disk or a processor waits in those. */
  speed: number
}

const REAL_TIME: CentreTime = { now: Date.now, clock: SYSTEM_CLOCK, speed: 1 }

export interface CentreOptions {
  config: Readonly<Config>
  log: Logger
  /** Where the built browser files lie. */
  webFolder: URL
  rules?: Rules
  time?: CentreTime
}

export interface Centre {
  httpPort: number
  mqttPort: number
  registry: Registry
  /** Shown once, when the administrator's account was just made. */
  firstPassword: string | null
  stop(): Promise<void>
}

/**
 * Broker, server and pages in one process. What starts last stops first; nothing is listened on before the ledger
 * can take what comes.
 * @throws Error naming what could not be had: the data folder, a port, a damaged file
 */
export async function startCentre({
  config,
  log,
  webFolder,
  rules = DEFAULT_RULES,
  time = REAL_TIME,
}: CentreOptions): Promise<Centre> {
  const undo: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step()
      } catch (error) {
        // The rest must still be closed: a full disk may refuse one last record.
        log.warn({ error: (error as Error).message }, 'a part did not stop in order')
      }
    }
  }
  try {
    return { ...(await start()), stop }
  } catch (error) {
    await stop()
    throw error
  }

  async function start(): Promise<Omit<Centre, 'stop'>> {
    const { now } = time
    const browserFiles = await loadBrowserFiles(webFolder)
    const folder = takeDataFolder(config.dataFolder)
    undo.push(() => folder.release())

    const ledger = new Ledger(folder.file('ledger.db'), log)
    await ledger.start()
    undo.push(() => ledger.stop())

    const registryDatabase = await openRegistryDatabase(folder.file('registry.db'))
    undo.push(() => registryDatabase.destroy())
    const registry = new Registry(registryDatabase)
    await registry.start()
    const accounts = new Accounts(registryDatabase, now)

    setAsideIfDamaged(folder.file('projections.db'), log)
    const projections = openProjections(folder.file('projections.db'))
    undo.push(() => projections.close())
    await ledger.reserve(furthestPlace(projections))
    if (setAsideIfDamaged(folder.file('readings.db'), log)) forgetPlace(projections, 'readings')
    const readings = config.influx
      ? createInfluxStore({ ...config.influx, log })
      : createEmbeddedStore({ path: folder.file('readings.db'), log })
    await readings.start()
    undo.push(() => readings.stop())

    const channels = [
      createLogChannel(log),
      ...(config.webhook ? [createWebhook({ ...config.webhook, now })] : []),
    ]
    const outbox = new Outbox({ database: projections, channels, now, log })
    outbox.start()
    undo.push(() => outbox.stop())

    const live = new Live(projections)
    live.start()
    const facts = new AvailabilityFacts(projections)
    const incidents = new Incidents({
      database: projections,
      world: registry,
      rules,
      outbox,
      facts,
      now,
      monotonic: time.clock.nowMs,
      speed: time.speed,
      head: () => ledger.head,
      append: (record) => ledger.append(record),
      wake: () => incidentsFollower.wake(),
      log,
    })
    incidents.start()
    undo.push(() => incidents.stop())
    const paces = new Paces(projections)
    paces.start()
    const completeness = new Completeness(projections)
    completeness.start()
    const traits = new Traits(projections)
    traits.start()
    const notices = new Notices(projections)
    notices.start()
    const readingsProjection = new Readings(projections, readings, registry)
    readingsProjection.start()
    const follow = (projection: Projection): Follower => new Follower(projection, ledger, log)
    const incidentsFollower = follow(incidents)
    const followers = [
      follow(live),
      follow(paces),
      follow(completeness),
      follow(traits),
      follow(notices),
      follow(readingsProjection),
      incidentsFollower,
    ]
    for (const follower of followers) follower.start()
    undo.push(() => Promise.all(followers.map((follower) => follower.stop())))

    const warnings = new WarningIntake({ ledger, notices, places: registry, now })
    const storms = new Storms({
      ...{ registry, notices, intake: warnings, now },
      leadSeconds: rules.stormLeadSeconds,
    })
    const plans = new Plans({ registry, notices, ledger, now })
    const fleet = new Fleet({
      ...{ registry, paces, sessions: incidents, now },
      push: (device, topic, payload) =>
        relays.push(device, topic, payload) || broker.push(device, topic, payload),
      isRelayed: (device) => relays.carries(device),
      // One that is announced at once, one that the engine has found by itself at the next look.
      isStorm: (area) => storms.isStorm(area) || incidents.isStorm(area),
    })
    const views = { registry, live, incidents, outbox, paces, fleet, completeness, traits, now }
    const stream = new LiveStream({
      version: browserFiles.version,
      log,
      render: (changes) => renderChanges(views, changes),
    })
    stream.start()
    undo.push(() => stream.stop())
    live.onChange((device) => stream.valuesChanged(device))
    incidents.onChange((devices) => {
      for (const device of devices) stream.sessionChanged(device)
      stream.incidentsChanged()
    })

    const meter = createMeter({
      connections: () => broker.connections(),
      ledgerHead: () => ledger.head,
      ledgerDamaged: () => ledger.damaged,
      projectionLag: () => Object.fromEntries(followers.map(({ projection, lag }) => [projection.name, lag])),
    })
    await ledger.append(platformRecord(now(), 'started'))
    await markUnwatched({ registry, sessions: incidents, ledger, now })
    const relays = new Relays({
      device: (id) => registry.device(id),
      facts: (device) => broker.facts(device),
      push: (relay, topic, payload) => broker.push(relay, topic, payload),
      onLive: (device, pace) => fleet.connected(device, pace),
      onGone: (device) => fleet.gone(device),
      now,
      log,
    })
    const broker = createBroker({
      keyOf: (identity) => registry.keyOf(identity),
      inlet: createIntake({
        ...{ ledger, now, log, onTaken: meter.taken },
        onNeighbours: (relay, payload) => relays.take(relay, payload),
      }),
      log,
      onRefused: meter.refused,
      onLive: (device, pace) => {
        relays.connected(device, pace)
        fleet.connected(device, pace)
      },
      onGone: (device, why) => {
        relays.disconnected(device, why)
        // It may be here through a relay by now, which has replaced this connection.
        if (!relays.carries(device)) fleet.gone(device)
      },
      host: config.agentsHost,
      port: config.mqttPort,
      clock: time.clock,
    })
    fleet.start()
    undo.push(() => fleet.stop())
    undo.push(notices.onChange(() => fleet.stormsChanged()))
    const warningFolder = new WarningFolder({ path: folder.file('warnings'), intake: warnings, now, log })
    await warningFolder.start()
    undo.push(() => warningFolder.stop())
    const feeds = new Feeds({ urls: config.capFeeds, intake: warnings, now, log })
    feeds.start()
    undo.push(() => feeds.stop())
    const { port: mqttPort } = await openDoor('HAIDANG_MQTT_PORT', config.mqttPort, () => broker.start())
    undo.push(async () => {
      try {
        await ledger.append(platformRecord(now(), 'stopping'))
      } finally {
        await broker.stop()
      }
    })

    const capacity = new CapacityResponder({
      keyOf: (identity) => registry.keyOf(identity),
      host: config.agentsHost,
      port: mqttPort,
      ...{ clock: time.clock, log, onRefused: meter.trainRefused },
    })
    try {
      await capacity.start()
      undo.push(() => capacity.stop())
    } catch (error) {
      // Of all that a centre does only this needs it.
      const { code } = error as NodeJS.ErrnoException
      log.warn({ port: mqttPort, code }, 'no UDP port for capacity estimates: lines are not measured')
    }

    const localOnly = config.publicUrl === null && config.pagesHost === '127.0.0.1'
    const app = await buildApp({
      registry,
      accounts,
      ledger,
      live,
      incidents,
      outbox,
      paces,
      fleet,
      completeness,
      traits,
      notices,
      warnings,
      storms,
      plans,
      feeds,
      facts,
      rules,
      published: new PublishedReports(registryDatabase),
      readings,
      followers,
      meter,
      stream,
      now,
      browserFiles,
      localOnly,
      publicUrl: config.publicUrl,
      logger: log,
      secure: config.publicUrl?.protocol === 'https:',
      agentsPort: () => mqttPort,
    })
    undo.push(() => app.close())
    await openDoor('HAIDANG_HTTP_PORT', config.httpPort, () =>
      app.listen({ port: config.httpPort, host: config.pagesHost ?? everyAddress() }),
    )
    const { port: httpPort } = app.server.address() as AddressInfo

    // Last, so that a password that is made up is one that will be shown.
    const firstPassword = await accounts.ensureAdmin(config.adminPassword)
    const housekeeping = startHousekeeping({ accounts, projections, now, log })
    undo.push(() => housekeeping.stop())
    return { httpPort, mqttPort, registry, firstPassword }
  }
}

/** Of both kinds, unless the machine has IPv6 switched off. */
function everyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}

/** @throws Error that names the variable by which the port can be changed */
async function openDoor<Door>(variable: string, port: number, open: () => Promise<Door>): Promise<Door> {
  try {
    return await open()
  } catch (error) {
    const { code, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException }
    const reason = code ?? cause?.code ?? String(error)
    if (reason === 'EADDRNOTAVAIL') {
      throw new Error('HAIDANG_BIND: expected an IP address of this machine, got one of another', {
        cause: error,
      })
    }
    const got = reason === 'EADDRINUSE' ? 'in use' : reason
    throw new Error(`${variable}: expected a free port, got ${port}, ${got}`, { cause: error })
  }
}
