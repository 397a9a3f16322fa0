import { execFile } from 'node:child_process'
import type { DiskHealth } from './block.ts'

/** What `smartctl -j -H -A` says of a disk, as far as it is judged. */
interface SmartReport {
  smart_status?: { passed?: unknown }
  nvme_smart_health_information_log?: { critical_warning?: unknown; percentage_used?: unknown }
  ata_smart_attributes?: { table?: unknown }
}

interface Attribute {
  id?: unknown
  value?: unknown
  raw?: { value?: unknown }
}

/** Of NVMe's critical warning (NVM Express, SMART / Health Information): all but the temperature, which passes. */
const NVME_FAILS = 0b11101
/** Percent of the writes that the maker warrants. */
const NVME_WORN = 90

/** Sectors given up, found unreadable, or that wait for that verdict: each foretells more. */
const BAD_SECTORS = [5, 187, 197, 198]
/** Of SSDs by several makers: what of the wear is left, counted down from 100. */
const WEAR_LEFT = [177, 202, 231, 233]
const LITTLE_LEFT = 10

/** @returns null when the text is no report, or one without a word on health: a sleeping disk, a USB bridge */
export function smartHealth(text: string): DiskHealth | null {
  const report = reportOf(text)
  if (!report) return null
  const passed = report.smart_status?.passed
  const nvme = report.nvme_smart_health_information_log
  if (passed === false || (number(nvme?.critical_warning) & NVME_FAILS) !== 0) return 'failing'
  const table = report.ata_smart_attributes?.table
  const attributes: Attribute[] = Array.isArray(table)
    ? table.filter((one) => typeof one === 'object' && one)
    : []
  const bad = attributes.some(({ id, raw }) => BAD_SECTORS.includes(number(id)) && number(raw?.value) > 0)
  const used = attributes.some(
    ({ id, value }) => WEAR_LEFT.includes(number(id)) && number(value) > 0 && number(value) <= LITTLE_LEFT,
  )
  if (bad || used || number(nvme?.percentage_used) >= NVME_WORN) return 'worn'
  return passed === true || nvme !== undefined ? 'good' : null
}

function reportOf(text: string): SmartReport | null {
  try {
    const report: unknown = JSON.parse(text)
    return typeof report === 'object' && report !== null ? report : null
  } catch {
    return null
  }
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** A disk that does not answer is asked for 10 s; what it says of itself has 20 kB. */
const WITHIN_MS = 15_000
const MOST_BYTES = 256 * 1024

/**
 * Asks a disk by smartctl, one child process; one that sleeps is left asleep. Its exit status tells of the disk, not
 * of the asking. Empty when there is nothing to read.
 */
export async function askSmart(program: string, device: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      program,
      ['--json', '--health', '--attributes', '--nocheck=standby', device],
      { timeout: WITHIN_MS, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES, env: { LC_ALL: 'C' }, signal },
      (_error, stdout) => resolve(stdout),
    )
  })
}
