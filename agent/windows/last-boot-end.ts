import { bootEndOf, type Ending } from './boot-end.ts'
import { readEvents } from './events.ts'
import { untilAborted, type WindowsLook, type WindowsParts } from './look.ts'

/** A System log without an entry of those asked for: just cleared, or a Windows that was just set up. */
const NONE = /^NoMatchingEventsFound/

/** How the boot before this one ended. @throws Error that says why the log could not be read */
export function endingOfParts(parts: WindowsParts): Ending | null {
  const part = parts.part('events')
  if ('problem' in part && NONE.test(part.code)) return null
  return bootEndOf(readEvents(parts.values('events')))
}

/**
 * How the boot before this one ended, by the log of Windows; null when it cannot tell. Never rejects: why not is told by
 * the collector of the same name. Resolves when PowerShell has answered, which may take a minute and a half.
 * @param signal ends the waiting only: the collectors want what PowerShell says later
 */
export async function lastBootEnd(look: WindowsLook, signal?: AbortSignal): Promise<Ending | null> {
  try {
    const asked = look.parts()
    return endingOfParts(signal ? await untilAborted(asked, signal) : await asked)
  } catch {
    return null
  }
}
