/** The agent's side of `bench:capacity`: one estimate, told as a line of JSON. Arguments: address, port, device, key. */
import { deviceId } from '#protocol/ids.ts'
import { estimateLine, MAX_ESTIMATE_BYTES } from '../../../../agent/capacity/estimate.ts'
import { trainKeys } from '../../../../agent/capacity/tags.ts'

const [address, port, device, key] = process.argv.slice(2) as [string, string, string, string]
const sinceMs = performance.now()
const before = process.cpuUsage()
const estimate = await estimateLine({
  ...{ address, family: 4, port: Number(port), device: deviceId(device) },
  keys: trainKeys(Buffer.from(key, 'hex')),
  known: { down: null, up: null },
  maxBytes: MAX_ESTIMATE_BYTES,
  signal: AbortSignal.timeout(100_000),
  onSpent: () => {},
})
const { user, system } = process.cpuUsage(before)
process.stdout.write(
  `${JSON.stringify({ ...estimate, tookMs: performance.now() - sinceMs, cpuMs: (user + system) / 1000 })}\n`,
)
