import type { Stage } from './stage.ts'

/** Another monitoring system, set up to watch one device over a line of its own. */
export interface Peer {
  name: string
  /** As it comes, or with every setting that makes it send less. */
  setting: 'default' | 'thriftiest'
  encrypted: boolean
  /** The programs it needs, and the Debian package each comes in. */
  programs: Record<string, string>
  /** How long its own settings keep a value back before they send it, or the time between two values if longer. */
  delaySeconds: number
  /** Its traffic repeats after this long; only whole periods are counted. */
  periodSeconds: number
  /** Starts the server's side outside and the device's side inside. @returns how many values are at the server */
  start(stage: Stage): Promise<() => Promise<number>>
}

/** The pace of ours, and of every peer that lets one choose. */
export const SAMPLE_SECONDS = 60
