import type { Traits } from '#protocol/traits.ts'
import type { Collector, Values } from '../collect/collector.ts'
import { type Battery, batteriesOf } from './battery.ts'
import { askUps, type UpsVariables } from './nut.ts'
import { upsAddress } from './nut-config.ts'

/** A battery that lasts an hour loses a twelfth of it. */
const EVERY_SECONDS = 300
const SECONDS_PER_MINUTE = 60
/** A battery's own count of what it holds wavers; a trait is told when it changes. */
const OF_NEW_STEP = 5

/**
 * How much the batteries hold, and for how long: a UPS's, when one feeds this machine, else its own.
 * @throws Error when a UPS is set up and does not answer
 */
export function createBatteryCollector(root = '/'): Collector {
  let words = ''
  return {
    name: 'battery',
    everySeconds: EVERY_SECONDS,
    async read(signal) {
      const address = await upsAddress(root)
      const batteries = await batteriesOf(root)
      const own = batteries.map(wordsOf)
      words = own.join('\n')
      if (!address) return ownValues(batteries)
      const variables = await askUps(address, [], signal)
      words = [upsWords(variables), ...own].join('\n')
      return { ...ownValues(batteries), ...upsValues(variables) }
    },
    traits: (): Traits => (words === '' ? {} : { battery: words }),
  }
}

/** Of several the mean charge; they last one after another, so their minutes add up. */
export function ownValues(batteries: readonly Battery[]): Values {
  const percents = batteries.map(({ percent }) => percent).filter((percent) => percent !== null)
  const minutes = batteries.map(({ minutes }) => minutes).filter((one) => one !== null)
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
  return {
    ...(percents.length > 0 && { battery_percent: sum(percents) / percents.length }),
    ...(minutes.length > 0 && { battery_minutes: sum(minutes) }),
  }
}

/** How long it would last is told on battery only: on mains it is a guess at the load of then. */
export function upsValues(variables: UpsVariables): Values {
  const percent = Number.parseFloat(variables['battery.charge'] ?? '')
  const seconds = Number.parseFloat(variables['battery.runtime'] ?? '')
  const onBattery = (variables['ups.status'] ?? '').split(' ').includes('OB')
  return {
    ...(percent >= 0 && percent <= 100 && { battery_percent: percent }),
    ...(onBattery && seconds >= 0 && { battery_minutes: Math.floor(seconds / SECONDS_PER_MINUTE) }),
  }
}

/** `UPS APC Back-UPS ES 700 · RB`: a battery that is to be replaced says so itself. */
function upsWords(variables: UpsVariables): string {
  const maker = variables['ups.mfr'] ?? variables['device.mfr'] ?? ''
  const model = variables['ups.model'] ?? variables['device.model'] ?? ''
  const name = [...new Set([maker, model])].filter(Boolean).join(' ')
  const replace = (variables['ups.status'] ?? '').split(' ').includes('RB')
  return `UPS${name && ` ${name}`}${replace ? ' · RB' : ''}`
}

/** `LGC 01AV423 · 85 %`: of what it held when new. */
function wordsOf({ model, ofNewPercent }: Battery): string {
  const ofNew = ofNewPercent === null ? '' : ` · ${Math.round(ofNewPercent / OF_NEW_STEP) * OF_NEW_STEP} %`
  return `${model || 'Battery'}${ofNew}`
}
