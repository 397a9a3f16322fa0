import { leastCapOf } from '../fleet/settings.ts'
import type { Device, Registry, Uplink } from '../registry/registry.ts'

/**
 * Refuses a cap of which a device could not even report once a day: it would fall silent, and not hear of a higher one
 * before the next month. @throws Error of status 422
 */
export function expectEnough(
  monthlyBytes: Uplink['monthlyBytes'],
  devices: readonly Pick<Device, 'kind'>[],
): void {
  const least = leastCapOf(devices.map(({ kind }) => kind))
  if (monthlyBytes === null || monthlyBytes >= least) return
  const share = `a report a day from each of ${Math.max(1, devices.length)} device(s) of the line`
  const message = `monthlyBytes: expected null or at least ${least}, for ${share}, got ${monthlyBytes}`
  throw Object.assign(new Error(message), { statusCode: 422 })
}

/** The same, of a device that comes to its line. @throws Error of status 422 */
export function expectEnoughFor(
  device: Pick<Device, 'id' | 'kind' | 'uplink'>,
  registry: Pick<Registry, 'uplink' | 'devicesOn'>,
): void {
  const uplink = device.uplink === null ? undefined : registry.uplink(device.uplink)
  if (!uplink) return
  const others = registry.devicesOn(uplink).filter(({ id }) => id !== device.id)
  expectEnough(uplink.monthlyBytes, [...others, device])
}
