import type { FaultView } from '../../web/view.ts'

/** What trait `faults` says: `collector: reason`, one a line. */
export function faultsOf(faults: string | undefined): FaultView[] {
  return (faults ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(':')
      if (at < 0) return { collector: line.trim(), reason: '' }
      return { collector: line.slice(0, at).trim(), reason: line.slice(at + 1).trim() }
    })
}
