const HOUR_MS = 3600_000

/**
 * In which hours a device reported, as runs [first hour, last hour, …] since 1970, in order. Every report is too much
 * to keep; that one came after the centre was away is all that must be known. A year costs a few kB.
 */
export function hear(runs: number[], t: number): void {
  const hour = Math.floor(t / HOUR_MS)
  let index = runs.length
  while (index > 0 && runs[index - 2]! > hour) index -= 2
  // The run before `index` is the last that begins no later.
  if (index > 0 && hour <= runs[index - 1]!) return
  const joinsBefore = index > 0 && runs[index - 1] === hour - 1
  const joinsAfter = index < runs.length && runs[index] === hour + 1
  if (joinsBefore && joinsAfter) runs.splice(index - 1, 2)
  else if (joinsBefore) runs[index - 1] = hour
  else if (joinsAfter) runs[index] = hour
  else runs.splice(index, 0, hour, hour)
}

/** Whether in some whole hour between the two a report came. */
export function heardBetween(runs: readonly number[], from: number, to: number): boolean {
  const first = Math.ceil(from / HOUR_MS)
  const last = Math.floor(to / HOUR_MS) - 1
  if (first > last) return false
  let low = 0
  let high = runs.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (runs[2 * middle + 1]! < first) low = middle + 1
    else high = middle
  }
  return 2 * low < runs.length && runs[2 * low]! <= last
}
