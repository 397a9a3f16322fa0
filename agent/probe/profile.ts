import type { DeviceKind } from '#protocol/ids.ts'
import type { MetricName } from '#protocol/metrics.ts'
import type { TraitName } from '#protocol/traits.ts'

/** How one metric or trait is made of what a device answered. */
export interface Rule {
  /** A regular expression; the value is its first group, or where it has none the whole match. */
  match?: string
  /** Answers that stand for "not known", compared as text: a modem without service says 0 or -32768. */
  absent?: readonly string[]
  /** What is told is the answer × scale + offset, in the metric's unit. */
  scale?: number
  offset?: number
  /** By answer the name of a state of the metric; `*` for every other answer. */
  states?: Readonly<Record<string, string>>
}

type Wanted<Where> = Readonly<Partial<Record<MetricName, Rule & Where>>>
type Told<Where> = Readonly<Partial<Record<TraitName, Rule & Where>>>

interface StepBase {
  /** Its failure is told as a fault, and does not mean that the device is away. */
  optional?: boolean
}

/** Asks single objects by SNMP, all in one or two packets. */
export interface SnmpStep extends StepBase {
  kind: 'snmp'
  readings: Wanted<{ oid: string }>
  traits: Told<{ oid: string }>
}

/** IF-MIB: traffic and state of the lines, by the names of their interfaces. */
export interface InterfacesStep extends StepBase {
  kind: 'snmp-interfaces'
  /**
   * ifName, ifAlias or ifDescr of the first and the second line, `*` stands for any characters. Absent: the interface of
   * the default route.
   */
  uplinks?: readonly string[]
}

export interface HttpStep extends StepBase {
  kind: 'http'
  scheme?: 'http' | 'https'
  port?: number
  /** With a query where one is needed. */
  path: string
  method?: 'GET' | 'POST'
  body?: string
  headers?: Readonly<Record<string, string>>
  /** By the user and password of the device's papers. */
  auth?: 'none' | 'basic' | 'digest' | 'bearer'
  /** `json`: `at` is a path such as `player.queue[0].state`; `text`: rules match the whole body. */
  format: 'json' | 'text'
  readings: Wanted<{ at?: string }>
  traits: Told<{ at?: string }>
}

/** Connects, says something where that is wanted, and reads until `until` or the end. */
export interface TcpStep extends StepBase {
  kind: 'tcp'
  port: number
  send?: string
  /** A regular expression that the answer must match for the device to be there; absent: a connection is enough. */
  until?: string
  readings: Wanted<unknown>
  traits: Told<unknown>
}

export interface PingStep extends StepBase {
  kind: 'ping'
  /** Echo requests of one look. */
  count?: number
}

export type Step = SnmpStep | InterfacesStep | HttpStep | TcpStep | PingStep

/** How one model of device is asked. A JSON file: `agent/probe/profiles/<name>.json`, or one of the technician's own. */
export interface Profile {
  name: string
  title: { vi: string; en: string }
  kind: DeviceKind
  /** Where the knowledge comes from: a manual, a MIB, a recorded walk. */
  source: string
  /** Between two looks. */
  everySeconds: number
  steps: readonly Step[]
}
