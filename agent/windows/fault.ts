import { reasonOf } from '../reason.ts'
import { NoWindowsAnswer } from './look.ts'

/** The collector that tells in full why PowerShell gave no answer. */
const TELLER = 'system'

/**
 * Why a collector tells nothing. All share one PowerShell: said ten times, its reason would fill the list of faults,
 * which has 1024 bytes, before the last of them is named.
 */
export function faultOf(error: unknown, collector: string): string {
  const shared = error instanceof NoWindowsAnswer && collector !== TELLER
  return shared ? `expected an answer of PowerShell, got none: see ${TELLER}` : reasonOf(error)
}
