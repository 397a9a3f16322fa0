import type { BootEnd } from '#protocol/hello.ts'

/** What one kind of record tells of how the boot before this one ended. */
export interface BootEndWord {
  end: BootEnd
  /**
   * By the clock of then, ms since 1970: when its end was written down, or of an end that nobody wrote down the last
   * that is known of it. Null when that clock cannot have been right.
   */
  atMs: number | null
  /** The record that tells it. */
  by: string
  /** Whether the record itself tells a shutdown from a restart, or that was only concluded. */
  sure: boolean
}

/** What the machine itself knows of the boot that runs. */
export interface PresentBoot {
  /** The kernel's name of it, 32 hexadecimal digits; null where it gives none. */
  id: string | null
  /** When it began by the clock of now, ms since 1970. */
  startedMs: number
}

/** 2020: what a clock shows before it was never set. */
const CLOCKS_ARE_SET_MS = Date.UTC(2020, 0, 1)

/** A time that a set clock can have shown before the present boot began; else null. */
export function pastTime(atMs: number, { startedMs }: PresentBoot): number | null {
  return atMs >= CLOCKS_ARE_SET_MS && atMs <= startedMs ? atMs : null
}

/** For the trait: `power-loss 2026-11-20T10:02:11Z wtmp`, without the time where it is not known. */
export function evidenceOf({ end, atMs, by }: BootEndWord): string {
  const at = atMs === null ? '' : ` ${new Date(atMs).toISOString().slice(0, 19)}Z`
  return `${end}${at} ${by}`
}
