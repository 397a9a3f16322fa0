import { attemptOnLine, handshakeOnLine, type Line, packetOnLine } from '#protocol/cost.ts'
import { type LineMeter, UNMETERED } from '../../../agent/link/meter.ts'

/** What the model of the line says that a link spends, with nothing refused. */
export function createBenchMeter(line: Line, identityBytes: number): LineMeter & { readonly bytes: number } {
  let bytes = 0
  /** As in agent/budget/budget.ts. */
  let conversing = true
  return {
    ...UNMETERED,
    get bytes() {
      return bytes
    },
    attempted() {
      bytes += attemptOnLine(line)
    },
    connected(connectBytes) {
      bytes += handshakeOnLine(line, { identityBytes, connectBytes })
    },
    sent(packetBytes, answered) {
      bytes += packetOnLine(line, packetBytes, answered && conversing)
      conversing = answered
    },
    received(packetBytes) {
      bytes += packetOnLine(line, packetBytes, false)
    },
  }
}
