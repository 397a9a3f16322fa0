import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { reasonOf } from '../reason.ts'
import { nearestOf } from './checked.ts'
import { parseProfile } from './parse-profile.ts'
import type { Profile } from './profile.ts'
import axisSpeaker from './profiles/axis-speaker.json' with { type: 'json' }
import cumLoaHttp from './profiles/cum-loa-http.json' with { type: 'json' }
import devaDb9000Rx from './profiles/deva-db9000-rx.json' with { type: 'json' }
import draytekVigor from './profiles/draytek-vigor.json' with { type: 'json' }
import genericRouter from './profiles/generic-router.json' with { type: 'json' }
import mikrotikRouteros from './profiles/mikrotik-routeros.json' with { type: 'json' }
import ping from './profiles/ping.json' with { type: 'json' }
import teltonikaRut from './profiles/teltonika-rut.json' with { type: 'json' }

/** The built-in ones, as they stand in their files. Each is under its own name. */
const BUILT_IN: readonly { name: string }[] = [
  axisSpeaker,
  cumLoaHttp,
  devaDb9000Rx,
  draytekVigor,
  genericRouter,
  mikrotikRouteros,
  ping,
  teltonikaRut,
]

/** A profile that uses every metric and trait there is takes 12 KB. */
const MAX_FILE_BYTES = 64 * 1024

/** Of the built-in profiles, in the order of the alphabet. */
export function builtInNames(): string[] {
  return BUILT_IN.map(({ name }) => name).sort()
}

/** @throws Error when there is no built-in profile of that name */
export function builtInProfile(name: string): Profile {
  const json = BUILT_IN.find((profile) => profile.name === name)
  if (json) return parseProfile(json, `${name}.json`)
  const nearest = nearestOf(name, builtInNames())
  const expected = nearest ?? `one of ${builtInNames().join(', ')}, or a file such as ./loa.json`
  throw new Error(`profile: expected ${expected}, got ${JSON.stringify(name.slice(0, 80))}`)
}

/**
 * The profile that a device's papers name: a built-in one, or where the name ends in `.json` a file of the technician's.
 * @param folder of the papers, where such a file is looked for
 * @throws Error that lists every problem, one a line
 */
export async function openProfile(name: string, folder: string): Promise<Profile> {
  if (!name.endsWith('.json')) return builtInProfile(name)
  const path = isAbsolute(name) ? name : join(folder, name)
  let json: unknown
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE_BYTES) throw new Error(`${size} bytes where at most ${MAX_FILE_BYTES} are read`)
    json = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new Error(`profile: expected a JSON object in ${path}, got ${reasonOf(error)}`)
  }
  return parseProfile(json, name)
}
