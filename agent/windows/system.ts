import type { Traits } from '#protocol/traits.ts'
import { numberOf, type Row, textOf } from './fields.ts'

/** A workstation, as `ProductType` of Win32_OperatingSystem counts; 2 is a domain controller, 3 a server. */
const WORKSTATION = 1

/**
 * Which Windows it is, for people and as `windows 10.0.19045 professional`.
 * @param os of Win32_OperatingSystem @param edition of the registry's CurrentVersion, null where it cannot be read
 * @throws Error when there is no version
 */
export function systemTraits(os: Row, edition: Row | null): Traits {
  const version = textOf(os, 'Version')
  if (version === null || !/^\d{1,3}\.\d{1,3}\.\d{1,6}$/.test(version)) {
    throw new Error(`os: expected a version such as 10.0.19045, got ${JSON.stringify(version)}`)
  }
  const caption = textOf(os, 'Caption') ?? 'Windows'
  const release = edition && (textOf(edition, 'DisplayVersion') ?? textOf(edition, 'ReleaseId'))
  const revision = edition && numberOf(edition, 'UBR')
  const named = [caption, release].filter((word) => word !== null).join(' ')
  const id = edition && editionWord(textOf(edition, 'EditionID'))
  return {
    os: `${named} (${version}${revision === null ? '' : `.${revision}`})`,
    os_id: ['windows', version, id].filter((word) => word !== null).join(' '),
  }
}

/** Null when Windows does not say. */
export function isServer(os: Row): boolean | null {
  const type = numberOf(os, 'ProductType')
  return type === null ? null : type !== WORKSTATION
}

/** `EnterpriseS` is `enterprise-s`: the same word in every language, unlike the caption. */
function editionWord(id: string | null): string | null {
  if (id === null || !/^[A-Za-z]{1,40}$/.test(id)) return null
  return id
    .replace('IoT', 'Iot')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
}
