import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector } from './collector.ts'

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
  const sane = sensors.filter(({ celsius }) => celsius > MIN_CELSIUS && celsius < MAX_CELSIUS)
  const processor = sane.filter(({ label }) => PROCESSOR.test(label))
  const chosen = processor.length > 0 ? processor : sane
  return chosen.length > 0 ? Math.max(...chosen.map(({ celsius }) => celsius)) : null
}

/** A folder or a file that is not there holds nothing; sensors come and go with their drivers. */
async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function text(path: string): Promise<string> {
  return readFile(path, 'utf8').then(
    (read) => read.trim(),
    () => '',
  )
}

async function sensor(labelFile: string, temperatureFile: string): Promise<Sensor> {
  const [label, milli] = await Promise.all([text(labelFile), text(temperatureFile)])
  return { label, celsius: milli === '' ? Number.NaN : Number(milli) / 1000 }
}

/** Every sensor under /sys/class: thermal zones, and the inputs of hwmon chips; both in thousandths of a degree. */
async function sensors(sysClass: string): Promise<Sensor[]> {
  const zones = (await names(join(sysClass, 'thermal'))).filter((name) => name.startsWith('thermal_zone'))
  const found = zones.map((zone) =>
    sensor(join(sysClass, 'thermal', zone, 'type'), join(sysClass, 'thermal', zone, 'temp')),
  )
  for (const chip of await names(join(sysClass, 'hwmon'))) {
    const folder = join(sysClass, 'hwmon', chip)
    const inputs = (await names(folder)).filter((name) => /^temp\d+_input$/.test(name))
    found.push(...inputs.map((input) => sensor(join(folder, 'name'), join(folder, input))))
  }
  return Promise.all(found)
}

/** Linux only; elsewhere, and on a machine without a sensor, there is nothing to say. */
export function createTemperatureCollector(sysClass = '/sys/class'): Collector {
  return {
    name: 'temperature',
    async read() {
      const celsius = temperatureOf(await sensors(sysClass))
      return celsius === null ? {} : { temperature_celsius: celsius }
    },
  }
}
