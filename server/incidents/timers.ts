import type { DeviceId, SiteId } from '#protocol/ids.ts'

/** What falls due. One that no longer fits what it points at is ignored then, so nothing need be cancelled. */
export type Due =
  /** A session turns. */
  | { kind: 'session'; device: DeviceId }
  /** Mains has been gone for a hold-down. */
  | { kind: 'battery'; device: DeviceId }
  | { kind: 'resolve'; incident: string }
  | { kind: 'residual'; incident: string }
  /** A device that came back by itself before has not this time. */
  | { kind: 'still-away'; incident: string }
  | { kind: 'close'; incident: string }
  /** A site that is switched off by habit should be back. */
  | { kind: 'return'; site: SiteId }
  | { kind: 'plan'; plan: string }
  | { kind: 'storm-begin'; storm: string }
  | { kind: 'storm-digest'; storm: string }
  | { kind: 'storm-tail'; storm: string }
  | { kind: 'platform' }
  /** Nobody must be lost sight of. */
  | { kind: 'sweep' }

/** `seq` keeps those of the same moment in the order of their making. */
export type Timer = Due & { at: number; seq: number }

/** A binary heap in an array, so that a state of it is plain JSON. */
export interface Timers {
  heap: Timer[]
  made: number
}

export const noTimers = (): Timers => ({ heap: [], made: 0 })

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.seq < other.seq)

export function schedule(timers: Timers, at: number, due: Due): void {
  const { heap } = timers
  heap.push({ ...due, at, seq: timers.made++ })
  for (let child = heap.length - 1; child > 0; ) {
    const parent = (child - 1) >> 1
    if (!isBefore(heap[child]!, heap[parent]!)) return
    swap(heap, child, parent)
    child = parent
  }
}

/** Takes out those that fall due first, all of the same moment, if that is not after `until`. */
export function takeDue(timers: Timers, until: number): { at: number; due: Timer[] } | null {
  const at = timers.heap[0]?.at
  if (at === undefined || at > until) return null
  const due: Timer[] = []
  while (timers.heap[0]?.at === at) due.push(takeFirst(timers.heap))
  return { at, due }
}

function takeFirst(heap: Timer[]): Timer {
  const first = heap[0]!
  const last = heap.pop()!
  if (heap.length === 0) return first
  heap[0] = last
  for (let parent = 0; ; ) {
    const left = 2 * parent + 1
    const right = left + 1
    let least = parent
    if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left
    if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right
    if (least === parent) return first
    swap(heap, parent, least)
    parent = least
  }
}

function swap(heap: Timer[], one: number, other: number): void {
  const held = heap[one]!
  heap[one] = heap[other]!
  heap[other] = held
}
