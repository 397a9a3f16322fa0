import type { Values } from '../../agent/collect/collector.ts'
import type { Sample } from '../../agent/sampler.ts'
import { seeded } from './seeded.ts'

/** 2026-06-15 at midnight in Vietnam. */
const MIDNIGHT_SECONDS = 1_781_456_400

/** Protection is on and its signatures are fresh. */
const PROTECTED = 4

/** The samples of a day, one a minute, each measured by `measure`. */
function day(samples: number, measure: (minute: number) => Values): Sample[] {
  return Array.from({ length: samples }, (_, minute) => ({
    boot: 7,
    uptimeSeconds: 36_000 + minute * 60,
    clockSeconds: MIDNIGHT_SECONDS + minute * 60,
    values: measure(minute),
  }))
}

/** A line by radio or an old copper pair: a floor, some jitter, now and then a spike, and with it sometimes a loss. */
function roundTrip(random: () => number, floorMs: number): { rtt_ms: number; loss_percent: number } {
  const spike = random() < 0.02
  return {
    rtt_ms: floorMs + 6 * random() ** 2 + (spike ? 150 * random() : 0),
    loss_percent: spike && random() < 0.3 ? 5 + 20 * random() : 0,
  }
}

/**
 * A working day of an office PC, a sample a minute: work in the office hours, browsing in bursts. A model and not a
 * recording: it was made before the codec and is not to be fitted to it.
 */
export function officeDay(seed: number, samples = 1440): Sample[] {
  const random = seeded(seed)
  const walk = { memory: 48, rx: 9e8, tx: 2e8, disk: 61.3, temperature: 44, line: 3e5 }
  return day(samples, (minute) => {
    const hour = (minute / 60) % 24
    const working = (hour > 7.5 && hour < 11.5) || (hour > 13.5 && hour < 17)
    const burst = working && random() < 0.3
    const cpu = burst ? 20 + 60 * random() : (working ? 4 : 1) + 4 * random()
    walk.memory = Math.min(92, Math.max(30, walk.memory + (random() - 0.5) * (working ? 2 : 0.2)))
    walk.rx += burst ? 3e6 * random() ** 3 : 8000 * random()
    walk.tx += burst ? 4e5 * random() ** 3 : 5000 * random()
    walk.disk += working && random() < 0.05 ? 0.1 : 0
    walk.temperature += (40 + cpu / 4 - walk.temperature) * 0.1
    return {
      cpu_percent: cpu,
      memory_percent: walk.memory,
      disk_percent: walk.disk,
      rx_bytes: walk.rx,
      tx_bytes: walk.tx,
      temperature_celsius: walk.temperature,
      ...roundTrip(random, working ? 38 : 35),
      antivirus_state: PROTECTED,
    }
  })
}

/** A night of an office PC that was left on: its own housekeeping, the chatter of a LAN, nobody at it. */
export function idleDay(seed: number, samples = 1440): Sample[] {
  const random = seeded(seed)
  const walk = { memory: 31, rx: 4e8, tx: 6e7, temperature: 38 }
  return day(samples, () => {
    const housekeeping = random() < 0.01
    const cpu = housekeeping ? 5 + 20 * random() : 0.4 + 1.2 * random()
    walk.memory = Math.min(34, Math.max(28, walk.memory + (random() - 0.5) * 0.1))
    walk.rx += 6000 * random() + (housekeeping ? 2e6 * random() : 0)
    walk.tx += 2500 * random() + (housekeeping ? 5e4 * random() : 0)
    walk.temperature += (37 + cpu / 4 - walk.temperature) * 0.1 + (random() - 0.5) * 0.2
    return {
      cpu_percent: cpu,
      memory_percent: walk.memory,
      disk_percent: 44.2,
      rx_bytes: walk.rx,
      tx_bytes: walk.tx,
      temperature_celsius: walk.temperature,
      ...roundTrip(random, 35),
      antivirus_state: PROTECTED,
    }
  })
}

/** What the office PC of `officeDay` says besides, with all collectors of a PC at work: most of it stands still. */
export function fullDay(seed: number, samples = 1440): Sample[] {
  const random = seeded(seed + 1)
  return officeDay(seed, samples).map((sample, minute) => {
    const quarter = Math.floor(minute / 15)
    const measured =
      minute < 660 ? { down_kbps: 31_200, up_kbps: 8400 } : { down_kbps: 29_800, up_kbps: 8900 }
    return {
      ...sample,
      values: {
        ...sample.values,
        line_bytes: 3e5 + minute * 17,
        fullest_disk_percent: sample.values.disk_percent!,
        disk_health: 1,
        pending_reboot: minute < 900 ? 1 : 2,
        update_age_hours: 70 + Math.floor(quarter / 4),
        antivirus_age_hours: 5 + Math.floor(quarter / 4),
        jitter_ms: 6 + 4 * random() ** 2,
        ...measured,
        ...{ down_error_percent: 9, up_error_percent: 12 },
      },
    }
  })
}
