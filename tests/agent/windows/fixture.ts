import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Traits } from '#protocol/traits.ts'
import type { Values } from '../../../agent/collect/collector.ts'
import { reasonOf } from '../../../agent/reason.ts'
import { windowsCollectors } from '../../../agent/windows/collectors.ts'
import { createWindowsLook, type WindowsLook } from '../../../agent/windows/look.ts'

/** The moment at which the fixtures were "taken". */
export const TAKEN = Date.UTC(2026, 10, 20, 3)

export const FIXTURES = [
  'windows-10-vi-bkav-ps51',
  'windows-11-en-bom-ps51',
  'windows-11-vi-ps7',
  'windows-server-2019-en-ps51',
  'windows-10-de-kaspersky-oem',
  'windows-10-fr-constrained-utf16le',
  'windows-10-fr-constrained-oem',
] as const
export type FixtureName = (typeof FIXTURES)[number]

/** What PowerShell printed, as bytes. */
export function fixture(name: FixtureName): Buffer {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.txt`))
}

/** A look at a PowerShell that prints these bytes. */
export function lookAt(stdout: Buffer, stderr = ''): WindowsLook {
  return createWindowsLook({ run: async () => ({ stdout, stderr: Buffer.from(stderr), problem: null }) })
}

/** What all collectors of Windows make of a look: everything that is told, and the faults by collector. */
export async function collected(look: WindowsLook): Promise<{
  values: Values
  traits: Traits
  faults: Record<string, string>
}> {
  const values: Values = {}
  const traits: Traits = {}
  const faults: Record<string, string> = {}
  for (const collector of windowsCollectors(look, () => TAKEN)) {
    try {
      Object.assign(values, await collector.read())
      // The counters are told at the sample behind the look.
      if (collector.name === 'network') {
        await new Promise(setImmediate)
        Object.assign(values, await collector.read())
      }
      Object.assign(traits, collector.traits?.())
    } catch (error) {
      faults[collector.name] = reasonOf(error)
    }
  }
  return { values, traits, faults }
}
