import type { SupportView } from '../../web/view.ts'
import { endOfSupport } from '../lifecycle/os-support.ts'

/** Until when the operating system of trait `os_id` is mended; null: not known. @param now ms since 1970 */
export function supportOf(osId: string | undefined, now: number): SupportView | null {
  return osId === undefined ? null : endOfSupport(osId, now)
}
