import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentConfig, readAgentConfig } from '../config.ts'
import { replaceFile } from '../durable.ts'
import { reasonOf } from '../reason.ts'
import { PROBED_FOLDER, parseProbePapers } from './papers.ts'

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
  profile: string
}

/** @throws Error that says what is missing or wrong; null when no other is to ask the device */
export function probedEnrolmentOf(given: ProbedArguments): ProbedEnrolment | null {
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
  return { folder, prober, probe, profile: papers.profile }
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

/** Lays the device's papers where its prober looks. @returns the folder */
export async function writeProbedPapers(
  { folder, probe }: ProbedEnrolment,
  config: AgentConfig,
): Promise<string> {
  const own = join(folder, PROBED_FOLDER, config.device)
  await mkdir(own, { recursive: true, mode: 0o700 })
  await replaceFile(join(own, 'agent.json'), `${JSON.stringify({ ...config, probe }, null, 2)}\n`)
  return own
}
