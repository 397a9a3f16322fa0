/** Entries of the System log as `EventRecord.ToXml()` writes them, for stories of a machine. */
export interface Entry {
  provider: string
  id: number
  /** UTC, as `2026-11-18T10:02:11`. */
  at: string
  data?: Record<string, string | number | boolean>
  binary?: string
}

/** @param record the number of the entry in the log */
export function eventXml({ provider, id, at, data = {}, binary }: Entry, record: number): string {
  const named = Object.entries(data).map(([name, value]) => `<Data Name='${name}'>${value}</Data>`)
  const bytes = binary === undefined ? '' : `<Binary>${binary}</Binary>`
  return [
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${provider}' `,
    `Guid='{331c3b3a-2005-44c2-ac5e-77220c37d6b4}'/><EventID Qualifiers='32768'>${id}</EventID><Version>1</Version>`,
    `<TimeCreated SystemTime='${at}.1234567Z'/><EventRecordID>${record}</EventRecordID><Correlation/>`,
    `<Channel>System</Channel></System><EventData>${named.join('')}${bytes}</EventData></Event>`,
  ].join('')
}

const KERNEL = 'Microsoft-Windows-Kernel-'
const SYSTEMTIME_WORDS = 8

/** Short names for what Windows writes. */
export const windowsEvents = {
  asked: (at: string, code = '0x0'): Entry => {
    return { provider: 'User32', id: 1074, at, data: { param4: code, param5: 'Ausschalten' } }
  },
  going: (at: string, action: number): Entry => {
    return { provider: `${KERNEL}Power`, id: 109, at, data: { ShutdownActionType: action } }
  },
  logStops: (at: string): Entry => ({ provider: 'EventLog', id: 6006, at }),
  stopped: (at: string): Entry => ({ provider: `${KERNEL}General`, id: 13, at }),
  started: (at: string): Entry => ({ provider: `${KERNEL}General`, id: 12, at }),
  bootType: (at: string, type: number | string): Entry => {
    return { provider: `${KERNEL}Boot`, id: 27, at, data: { BootType: type } }
  },
  lastGood: (at: string, good: boolean): Entry => {
    return { provider: `${KERNEL}Boot`, id: 20, at, data: { LastShutdownGood: good } }
  },
  dirty: (at: string, data: Record<string, string | number> = {}): Entry => {
    return {
      provider: `${KERNEL}Power`,
      id: 41,
      at,
      data: { BugcheckCode: 0, PowerButtonTimestamp: 0, ...data },
    }
  },
  logStarts: (at: string): Entry => ({ provider: 'EventLog', id: 6005, at }),
  unexpected: (at: string, alive: string): Entry => {
    return { provider: 'EventLog', id: 6008, at, binary: systemTimes(alive) }
  },
  sleeps: (at: string): Entry => {
    return { provider: `${KERNEL}Power`, id: 42, at, data: { TargetState: 4, Reason: 0 } }
  },
  wakes: (at: string): Entry => ({ provider: `${KERNEL}Power`, id: 107, at }),
  woke: (at: string, sleep: string): Entry => {
    return {
      provider: 'Microsoft-Windows-Power-Troubleshooter',
      id: 1,
      at,
      data: { SleepTime: `${sleep}.0000000Z`, WakeTime: `${at}.0000000Z` },
    }
  },
  standsBy: (at: string): Entry => ({ provider: `${KERNEL}Power`, id: 506, at }),
  isBack: (at: string): Entry => ({ provider: `${KERNEL}Power`, id: 507, at }),
}

/** Local time seven hours ahead, then UTC. */
function systemTimes(alive: string): string {
  const ms = Date.parse(`${alive}Z`)
  return [ms + 7 * 3600_000, ms]
    .map((moment) => {
      const date = new Date(moment)
      const words = Buffer.alloc(2 * SYSTEMTIME_WORDS)
      const fields = [
        ...[date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDay(), date.getUTCDate()],
        ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()],
      ]
      fields.forEach((field, place) => {
        words.writeUInt16LE(field, 2 * place)
      })
      return words.toString('hex').toUpperCase()
    })
    .join('')
}
