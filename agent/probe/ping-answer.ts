/** Round trips of one run of ping, in ms, in the order they came. */
export function roundTripsIn(output: string): number[] {
  return output.split('\n').flatMap((line) => roundTripOf(line) ?? [])
}

/**
 * Of one line, in any language: `time=0.4 ms`, `Zeit<1ms`, `thời gian=12ms`, `время=12мс TTL=64`. What stands behind the
 * number may have been spoilt by a code page, but `TTL=` is the same everywhere. The line that sums up has three of them
 * or none that ends in ms, and a duplicate was counted before.
 */
const ROUND_TRIP = /([=<])\s*(\d{1,6}(?:[.,]\d{1,6})?)(?=\s*ms\b|\s?[^\s\d=]{1,8}\s+TTL=)/gi

function roundTripOf(line: string): number | null {
  const found = [...line.matchAll(ROUND_TRIP)]
  if (found.length !== 1 || line.includes('DUP!')) return null
  const [, sign, digits] = found[0]!
  const ms = Number(digits!.replace(',', '.'))
  // Under a millisecond, as Windows tells it: the middle of what it may be.
  return sign === '<' ? ms / 2 : ms
}

/** In the words of the system's ping: iputils and busybox take the same ones. Windows counts its patience in ms. */
export function pingArguments(platform: NodeJS.Platform, address: string, count: number): string[] {
  if (platform === 'win32') return ['-n', String(count), '-w', String(WAIT_SECONDS * 1000), address]
  // A request a second; the last is waited for.
  return ['-c', String(count), '-W', String(WAIT_SECONDS), '-w', String(count + WAIT_SECONDS), address]
}

/** On a LAN an answer takes under 5 ms, behind a sleeping Wi-Fi radio up to 300. */
const WAIT_SECONDS = 1
