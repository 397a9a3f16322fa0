import { expect } from 'vitest'
import { DEFAULT_RULES, type Rules } from '../../../../server/incidents/rules.ts'
import { replay } from '../../../../server/replay/run.ts'
import { clockOf, type Line, type Story } from './story.ts'

/** The records of a replay as the contract has them, and how scenarios look at them. */

export interface NotificationLine {
  t: number
  type: 'notification'
  incident: string
  event: 'opened' | 'widened' | 'resolved' | 'digest' | 'overrun'
  priority: 'page' | 'ticket' | 'digest'
  scope: 'device' | 'site' | 'cell' | 'area' | 'isp' | 'platform'
  cause: 'power' | 'link' | 'device' | 'undetermined' | 'platform'
  devices: string[]
  areas: string[]
  storm: string | null
  start: [number, number]
}

export interface IncidentLine {
  type: 'incident'
  id: string
  root: string | null
  scope: NotificationLine['scope']
  cause: NotificationLine['cause']
  start: [number, number]
  end: number | null
  devices: string[]
  storm: string | null
  revisions: { t: number; cause: NotificationLine['cause']; why: string[] }[]
}

export interface AvailabilityLine {
  type: 'availability'
  device: string
  from: number
  to: number
  requiredSeconds: number
  upSeconds: number
  connectedSeconds: number
  downFaultSeconds: number
  downPowerSeconds: number
  unreachableSeconds: number
  offPlannedSeconds: number
  unknownSeconds: number
  failures: number
  repairSeconds: number
}

export interface Judged {
  /** Everything that anybody was told but that it is over. */
  told: NotificationLine[]
  resolved: NotificationLine[]
  incidents: IncidentLine[]
  /** The figures of a device. */
  figures(device: string): AvailabilityLine
}

/** What the real engine makes of the story until then. */
export async function judge(story: Story, until: number, rules: Partial<Rules> = {}): Promise<Judged> {
  const notifications: NotificationLine[] = []
  const incidents: IncidentLine[] = []
  const figures = new Map<string, AvailabilityLine>()
  for await (const record of replay(story.lines(until), { ...DEFAULT_RULES, ...rules })) {
    // As a reader of the output has it.
    const line = JSON.parse(JSON.stringify(record)) as NotificationLine | IncidentLine | AvailabilityLine
    if (line.type === 'notification') notifications.push(line)
    else if (line.type === 'incident') incidents.push(line)
    else if (line.type === 'availability') figures.set(line.device, line)
  }
  return {
    told: notifications.filter(({ event }) => event !== 'resolved'),
    resolved: notifications.filter(({ event }) => event === 'resolved'),
    incidents,
    figures(device) {
      const found = figures.get(device)
      if (!found) throw new Error(`availability: expected a line of ${device}, got none`)
      return found
    },
  }
}

/** One line a message, for what a failed test shows: "10:04:30 page opened site undetermined, 7 devices". */
export function sayings(told: readonly NotificationLine[]): string[] {
  return told.map(
    ({ t, incident, event, priority, scope, cause, devices, areas }) =>
      `${clockOf(t)} ${incident} ${priority} ${event} ${scope} ${cause} ${areas.join(' ')} ${devices.length < 4 ? devices.join(' ') : `${devices.length} devices`}`,
  )
}

export interface Expected {
  priority: NotificationLine['priority']
  scope?: NotificationLine['scope']
  cause?: NotificationLine['cause']
  event?: NotificationLine['event']
  from?: number
  by: number
  /** The true start, which the interval must hold. */
  start?: number
}

/** Exactly this was told, and in time; answers with it. */
export function expectOne(told: readonly NotificationLine[], expected: Expected): NotificationLine {
  expect(told.length, `one message:\n${sayings(told).join('\n')}\n`).toBe(1)
  return expectMessage(told[0]!, expected)
}

export function expectMessage(message: NotificationLine, expected: Expected): NotificationLine {
  const { by, from = expected.start ?? 0, start, event = 'opened', ...rest } = expected
  const said = sayings([message])[0]!
  expect(message, said).toMatchObject({ event, ...rest })
  expect(message.t, `${said}, told by ${clockOf(by)}`).toBeLessThanOrEqual(by)
  expect(message.t, `${said}, not before ${clockOf(from)}`).toBeGreaterThanOrEqual(from)
  if (start !== undefined) {
    const shown = message.start.map(clockOf).join('..')
    expect(message.start[0], `start ${shown} holds ${clockOf(start)}`).toBeLessThanOrEqual(start)
    expect(message.start[1], `start ${shown} holds ${clockOf(start)}`).toBeGreaterThanOrEqual(start)
  }
  return message
}

/** The only incident that took the device. */
export function incidentOf({ incidents }: Judged, device: string): IncidentLine {
  const found = incidents.filter(({ devices }) => devices.includes(device))
  expect(
    found.map(({ id }) => id),
    `one incident of ${device}`,
  ).toHaveLength(1)
  return found[0]!
}

/** What is held to be the cause in the end, and that it was not known at first. */
export function expectRevised({ revisions, cause }: IncidentLine, first: string, last: string): void {
  const causes = revisions.map((revision) => revision.cause)
  expect(causes[0], `causes ${causes.join(', ')}`).toBe(first)
  expect(causes.at(-1), `causes ${causes.join(', ')}`).toBe(last)
  expect(cause).toBe(last)
}

/** Figures in seconds, each within a tolerance. */
export function expectSeconds(
  line: AvailabilityLine,
  expected: Partial<Record<keyof AvailabilityLine, number>>,
  toleranceSeconds: number,
): void {
  for (const [name, seconds] of Object.entries(expected)) {
    const got = line[name as keyof AvailabilityLine] as number
    const said = `${line.device} ${name}: expected ${seconds} ± ${toleranceSeconds}, got ${got}`
    expect(Math.abs(got - seconds), said).toBeLessThanOrEqual(toleranceSeconds)
  }
}

/** Every second is counted once, and none less than once. */
export function expectWhole(line: AvailabilityLine): void {
  const parts = [
    line.upSeconds,
    line.downFaultSeconds,
    line.downPowerSeconds,
    line.offPlannedSeconds,
    line.unknownSeconds,
  ]
  for (const [name, value] of Object.entries(line)) {
    if (name.endsWith('Seconds')) expect(value, `${line.device} ${name}`).toBeGreaterThanOrEqual(0)
  }
  expect(
    parts.reduce((one, other) => one + other, 0),
    `${line.device}: the parts of its time`,
  ).toBeLessThanOrEqual((line.to - line.from) / 1000 + 1)
}

export const isOf =
  (type: string, devices?: readonly string[]) =>
  (line: Line): boolean =>
    line.type === type && (devices === undefined || devices.includes(line.device ?? ''))
