import { expect, test } from 'vitest'
import { type AntivirusVerdict, antivirusVerdict } from '../../../agent/antivirus/verdict.ts'
import { askAntivirus } from '../../../agent/windows/antivirus.ts'
import { FIXTURES, type FixtureName, fixture, lookAt, TAKEN } from '../windows/fixture.ts'
import { chancesOf } from './samples.ts'

/** What a person would say of each machine, after three office days with its line up. */
const JUDGED: Record<FixtureName, AntivirusVerdict> = {
  'windows-10-vi-bkav-ps51': {
    state: 'protected',
    product: 'Bkav Pro Internet Security AI',
    mode: 'normal',
    ageHours: null,
    why: 'says-current',
  },
  'windows-11-en-bom-ps51': {
    state: 'protected',
    product: 'Windows Defender',
    mode: 'normal',
    ageHours: 4,
    why: 'current',
  },
  'windows-11-vi-ps7': {
    state: 'stale',
    product: 'Windows Defender',
    mode: 'normal',
    ageHours: 172,
    why: 'signatures-old made=2026-11-12 limit_hours=24',
  },
  'windows-server-2019-en-ps51': {
    state: 'protected',
    product: 'Microsoft Defender',
    mode: 'normal',
    ageHours: 52,
    why: 'current',
  },
  'windows-10-de-kaspersky-oem': {
    state: 'protected',
    product: 'Kaspersky Endpoint Security für Windows',
    mode: 'normal',
    ageHours: null,
    why: 'says-current',
  },
  'windows-10-fr-constrained-utf16le': {
    state: 'off',
    product: 'Antivirus Microsoft Defender',
    mode: 'not-running',
    ageHours: null,
    why: 'not-running product=Antivirus%20Microsoft%20Defender',
  },
  'windows-10-fr-constrained-oem': {
    state: 'off',
    product: 'Antivirus Microsoft Defender',
    mode: 'not-running',
    ageHours: null,
    why: 'not-running product=Antivirus%20Microsoft%20Defender',
  },
}

test.each(FIXTURES)('from what PowerShell printed to the verdict: %s', async (name) => {
  const facts = await askAntivirus(lookAt(fixture(name)))
  expect(antivirusVerdict(facts, chancesOf(facts, 24), TAKEN)).toEqual(JUDGED[name])
})
