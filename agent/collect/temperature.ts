import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector } from './collector.ts'
import { kernelText } from './kernel-file.ts'

export interface Sensor {
  /** What the driver calls it: a thermal zone's type or a hwmon chip's name. */
  label: string
  celsius: number
}

/** Drivers that measure the processor: Intel, AMD, and the boards of routers and loudspeakers. */
const PROCESSOR = /x86_pkg_temp|coretemp|k10temp|zenpower|cpu|soc|package/i

/** Outside this a sensor is not connected: 0xFF, -273, 127 and 255 are common readings of nothing. */
const MIN_CELSIUS = -40
const MAX_CELSIUS = 125

/** The hottest processor sensor, or where there is none the hottest of all; null without a sensor. */
export function temperatureOf(sensors: readonly Sensor[]): number | null {
  const sane = sensors.filter(isSane)
  const processor = sane.filter(({ label }) => PROCESSOR.test(label))
  const chosen = processor.length > 0 ? processor : sane
  return chosen.length > 0 ? Math.max(...chosen.map(({ celsius }) => celsius)) : null
}

function isSane({ celsius }: Pick<Sensor, 'celsius'>): boolean {
  return celsius > MIN_CELSIUS && celsius < MAX_CELSIUS
}

/** A sensor and where it is read, in thousandths of a degree. */
interface Place {
  label: string
  file: string
}

/** Between two looks at which sensors there are. */
const LIST_MS = 1_800_000
/** Of a processor with sixteen cores the two that were hottest then: they are within a few degrees of each other. */
const WATCHED = 2

/** A folder that is not there holds nothing; sensors come and go with their drivers. */
async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** Every sensor under /sys/class: thermal zones, and the inputs of hwmon chips. */
async function places(sysClass: string): Promise<Place[]> {
  const found: Place[] = []
  for (const zone of (await names(join(sysClass, 'thermal'))).filter((name) =>
    name.startsWith('thermal_zone'),
  )) {
    const folder = join(sysClass, 'thermal', zone)
    found.push({ label: await kernelText(join(folder, 'type')), file: join(folder, 'temp') })
  }
  for (const chip of await names(join(sysClass, 'hwmon'))) {
    const folder = join(sysClass, 'hwmon', chip)
    const inputs = (await names(folder)).filter((name) => /^temp\d+_input$/.test(name))
    const label = inputs.length > 0 ? await kernelText(join(folder, 'name')) : ''
    found.push(...inputs.map((input) => ({ label, file: join(folder, input) })))
  }
  return found
}

async function readAll(places: readonly Place[]): Promise<Sensor[]> {
  return Promise.all(
    places.map(async ({ label, file }) => {
      const milli = await kernelText(file)
      return { label, celsius: milli === '' ? Number.NaN : Number(milli) / 1000 }
    }),
  )
}

/** The sensors to watch: the hottest that decide. A disk's is not asked where a processor has one: it would wake it. */
async function choose(all: readonly Place[]): Promise<Place[]> {
  const processor = all.filter(({ label }) => PROCESSOR.test(label))
  for (const places of [processor, all]) {
    const heat = (await readAll(places)).map(({ celsius }) => celsius)
    const sane = places.map((place, at) => ({ place, celsius: heat[at]! })).filter(isSane)
    if (sane.length === 0) continue
    const hottest = sane.sort((one, other) => other.celsius - one.celsius).slice(0, WATCHED)
    return hottest.map(({ place }) => place)
  }
  return []
}

/** Linux only; elsewhere, and on a machine without a sensor, there is nothing to say. */
export function createTemperatureCollector(
  sysClass = '/sys/class',
  now: () => number = () => performance.now(),
): Collector {
  let watched: Place[] = []
  let chosenMs = Number.NEGATIVE_INFINITY
  const look = async (): Promise<number | null> => temperatureOf(await readAll(watched))
  return {
    name: 'temperature',
    async read() {
      let celsius = await look()
      const lost = celsius === null && watched.length > 0
      if (lost || now() - chosenMs >= LIST_MS) {
        chosenMs = now()
        watched = await choose(await places(sysClass))
        celsius = await look()
      }
      return celsius === null ? {} : { temperature_celsius: celsius }
    },
  }
}
