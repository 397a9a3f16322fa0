declare const brand: unique symbol
type Brand<Name extends string> = string & { readonly [brand]: Name }

/** A thing watched. On the wire it is the TLS-PSK identity and the MQTT client id. */
export type DeviceId = Brand<'DeviceId'>
/** A place with power and lines. */
export type SiteId = Brand<'SiteId'>
/** A line of a site. */
export type UplinkId = Brand<'UplinkId'>
/** A node of the tree of areas. */
export type AreaId = Brand<'AreaId'>

export const DEVICE_KINDS = ['pc', 'router', 'speaker', 'other'] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/**
 * The bulletins of Circular 39/2020/TT-BTTTT that a loudspeaker is there for: ordinary ones, those with priority in the
 * programme, and emergencies, which are played at once.
 */
export const BULLETIN_CLASSES = ['ordinary', 'priority', 'emergency'] as const
export type BulletinClass = (typeof BULLETIN_CLASSES)[number]

/** Letters, digits, `.`, `_`, `-`: safe in a topic, an address, a file name and a shell. */
export const ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$'
const idExpression = new RegExp(ID_PATTERN)

function parseId<Id extends string>(what: string, text: string): Id {
  if (!idExpression.test(text)) {
    throw new RangeError(
      `${what}: expected 1 to 32 letters, digits, ".", "_" or "-", starting with a letter or digit, got ${JSON.stringify(text.slice(0, 64))}`,
    )
  }
  return text as Id
}

/** @throws RangeError when `text` is no id */
export const deviceId = (text: string): DeviceId => parseId('device id', text)
/** @throws RangeError when `text` is no id */
export const siteId = (text: string): SiteId => parseId('site id', text)
/** @throws RangeError when `text` is no id */
export const uplinkId = (text: string): UplinkId => parseId('uplink id', text)
/** @throws RangeError when `text` is no id */
export const areaId = (text: string): AreaId => parseId('area id', text)
