import { readFileSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type AgentConfig, readAgentConfig } from '../config.ts'
import { replaceFile } from '../durable.ts'
import { reasonOf } from '../reason.ts'
import { PROBED_FOLDER, parseProbePapers } from './papers.ts'
import { missingPapers } from './probe-of.ts'
import type { Profile } from './profile.ts'
import { openProfile } from './profiles.ts'
import { TOUCH_SECONDS } from './touch.ts'

/** What `haidang enrol` was told of a device that another is to ask. */
export interface ProbedArguments {
  /** The prober's own folder. */
  prober: string | undefined
  profile: string | undefined
  address: string | undefined
  /** A JSON file with the part `probe` of the papers, where it holds what shall stand on no command line. */
  'probe-file': string | undefined
}

/** Where a probed device is enrolled, and how it is asked. */
export interface ProbedEnrolment {
  folder: string
  prober: AgentConfig
  /** As it goes into its papers; it has been read once. */
  probe: object
  profile: Profile
  /** The technician's own profile, to be laid beside the papers; null: a built-in one. */
  profileFile: string | null
}

/** null when no other is to ask the device. @throws Error that says what is missing or wrong */
export async function probedEnrolmentOf(given: ProbedArguments): Promise<ProbedEnrolment | null> {
  const { prober: folder, profile, address, 'probe-file': file } = given
  if (folder === undefined) {
    const stray = Object.entries(given).find(([, value]) => value !== undefined)
    if (stray) throw new Error(`--${stray[0]}: expected --prober FOLDER beside it, got none`)
    return null
  }
  const probe = {
    ...(file === undefined ? {} : objectIn(file)),
    ...(profile === undefined ? {} : { profile }),
    ...(address === undefined ? {} : { address }),
  }
  const papers = parseProbePapers(probe)
  const prober = readAgentConfig(folder)
  if (prober.relay) {
    throw new Error('--prober: expected an agent that reports by itself, got one behind a relay')
  }
  const opened = await openProfile(papers.profile, process.cwd())
  const missing = missingPapers(opened, papers.target)
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const profileFile = papers.profile.endsWith('.json') ? papers.profile : null
  return { folder, prober, probe, profile: opened, profileFile }
}

/**
 * Within how long the loss of a device lies when it is told: the third look in vain comes 5/3 of an interval after the
 * first, which came at most one after it fell away. As a keepalive, by which one and a half are reckoned back.
 */
export function probedKeepaliveSeconds({
  everySeconds,
  steps,
}: Pick<Profile, 'everySeconds' | 'steps'>): number {
  const touched = steps.some(({ kind }) => kind !== 'ping')
  const paceSeconds = touched ? Math.min(TOUCH_SECONDS, everySeconds) : everySeconds
  return Math.ceil((paceSeconds * 8) / 3 / 1.5)
}

function objectIn(file: string): object {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
    throw new Error('another value')
  } catch (error) {
    throw new Error(`--probe-file: expected a JSON object in ${file}, got ${reasonOf(error)}`)
  }
}

/** Lays the device's papers, and a profile of the technician's own, where its prober looks. @returns the folder */
export async function writeProbedPapers(
  { folder, probe, profileFile }: ProbedEnrolment,
  config: AgentConfig,
): Promise<string> {
  const own = join(folder, PROBED_FOLDER, config.device)
  await mkdir(own, { recursive: true, mode: 0o700 })
  const profile = profileFile === null ? {} : { profile: basename(profileFile) }
  if (profileFile !== null) await copyFile(profileFile, join(own, basename(profileFile)))
  const papers = { ...config, probe: { ...probe, ...profile } }
  await replaceFile(join(own, 'agent.json'), `${JSON.stringify(papers, null, 2)}\n`)
  return own
}
