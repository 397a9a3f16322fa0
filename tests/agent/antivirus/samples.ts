import type { Chances } from '../../../agent/antivirus/chances.ts'
import { signaturesOf } from '../../../agent/antivirus/freshness.ts'
import { type AntivirusFacts, sightOf } from '../../../agent/antivirus/verdict.ts'
import type {
  DefenderStatus,
  SecurityCenterProduct,
  WindowsAntivirusFacts,
} from '../../../agent/windows/antivirus-facts.ts'

export const HOUR = 3600_000
export const DAY = 24 * HOUR
/** A Sunday in Vietnam. */
export const NOW = Date.UTC(2026, 10, 22, 5)

/** `productState` as it was seen in the field: https://learn.microsoft.com has no table of them. */
export const STATES = {
  defenderOn: 0x61100,
  defenderOnOutdated: 0x61110,
  defenderOff: 0x60100,
  on: 0x41000,
  onOutdated: 0x41010,
  /** Kaspersky and ESET register with an updater of their own. */
  onWithUpdater: 0x61000,
  off: 0x40000,
  offOutdated: 0x40010,
  snoozed: 0x42000,
  expired: 0x43010,
} as const

export function product(name: string, productState: number): SecurityCenterProduct {
  return { name, productState, timestamp: 'Sat, 21 Nov 2026 02:11:09 GMT' }
}

/** As Get-MpComputerStatus shows a healthy PC of today (Microsoft Learn, "Get-MpComputerStatus", example 1). */
export const HEALTHY: DefenderStatus = {
  runningMode: 'Normal',
  serviceEnabled: true,
  antivirusEnabled: true,
  realTime: true,
  signaturesUpdatedAt: NOW - 7 * HOUR,
  signatureAgeDays: 0,
  outOfDate: false,
}

/** As it shows itself beside a product that is in charge (issue 605 of farag2/Sophia-Script-for-Windows: Kaspersky). */
export const NOT_RUNNING: DefenderStatus = {
  runningMode: 'Not running',
  serviceEnabled: false,
  antivirusEnabled: false,
  realTime: false,
  signaturesUpdatedAt: null,
  signatureAgeDays: 65_535,
  outOfDate: false,
}

export const CLIENT: WindowsAntivirusFacts = {
  namespace: 'present',
  namespaceProblem: null,
  products: [product('Windows Defender', STATES.defenderOn)],
  defender: HEALTHY,
  defenderProblem: null,
  server: false,
}

export const SERVER: WindowsAntivirusFacts = {
  ...CLIENT,
  namespace: 'absent',
  products: [],
  server: true,
}

/** A record in which the signatures of these facts have been there for so many chance hours. */
export function chancesOf(facts: AntivirusFacts, hours: number): Chances {
  const seen = sightOf(facts).engines.map((engine) => [
    engine.product,
    { signatures: signaturesOf(engine), atHours: 100 },
  ])
  return { hours: 100 + hours, seen: Object.fromEntries(seen) }
}
