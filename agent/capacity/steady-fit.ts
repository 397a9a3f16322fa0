/** Cars come one by one or a few at once, and each no sooner than the line lets it. */
export interface Point {
  index: number
  /** Bytes on the line up to this car's end. */
  bytes: number
  us: number
}

/** t = atUs + usPerByte × bytes */
export interface Fit {
  usPerByte: number
  atUs: number
  /** Cars that came when the line let them, in order. */
  onTime: readonly Point[]
  /** What its weak support adds to the error. */
  percent: number
}

/** A wake-up of a process that is not kept waiting, and of a timer of the kernel's: measured at 20 to 60 µs. */
const WAKE_US = 80
/**
 * What a slope must have to be the train's pace, tried one after the other: so many moments at which cars came just when
 * it says, give or take so much of a car's time, over such a share of the train's time. The end of a train that was kept
 * waiting has two such moments. What the later ones find is less sure, by so many percent.
 */
const SUPPORTS = [
  { moments: 4, share: 0.3, within: 0.2, percent: 0 },
  { moments: 3, share: 0.3, within: 0.2, percent: 6 },
  { moments: 4, share: 0.1, within: 0.2, percent: 15 },
  { moments: 3, share: 0.1, within: 0.2, percent: 25 },
  { moments: 3, share: 0.3, within: 1, percent: 20 },
] as const
/** A burst, after which the train lasts much longer than it did, is not the pace. */
const REST_SHARE = 0.25
const UNSUPPORTED_PERCENT = 100
/** Closer than this to the one before, of the time between cars: it had come already and waited. */
const BATCH_SHARE = 0.3
/** Two may have met on the way. */
const LATE_BATCH = 3
const FEWEST_CERTAIN = 8
/** After three another changes nothing. */
const ROUNDS = 3

/**
 * The steady pace of arrivals, first come first. Bytes over time of a line with a token bucket are a steep start, the
 * burst, then the rate; whatever disturbs an arrival makes it later, never sooner. So the true curve is convex and no car
 * lies under it: the slope wanted is the steepest of the lower hull that enough cars support. Hulls for one-sided delays
 * come from the estimation of clock skew (Moon, Skelly, Towsley; Zhang, Liu, Xia).
 */
export function steadyFit(points: readonly Point[]): Fit {
  const certain = withoutLateEnd(points)
  const fit =
    supportedFit(certain, points) ?? (certain.length < points.length ? supportedFit(points, points) : null)
  if (fit) return fit
  const hull = lowerHull(points)
  // The slowest that it may be: a hint of how long the next train may be.
  const [first, last] = [hull.at(-2)!, hull.at(-1)!]
  const usPerByte = slopeOf(first, last)
  const atUs = first.us - usPerByte * first.bytes
  return { usPerByte, atUs, onTime: [first, last], percent: UNSUPPORTED_PERCENT }
}

/** @param points on which the slope stands, of `all` that came */
function supportedFit(points: readonly Point[], all: readonly Point[]): Fit | null {
  const hull = lowerHull(points)
  const endUs = all.at(-1)!.us
  const wholeUs = endUs - all[0]!.us
  for (const { moments, share, within, percent } of SUPPORTS) {
    for (let at = hull.length - 1; at > 0; at--) {
      const fit = refined(points, slopeOf(hull[at - 1]!, hull[at]!), within)
      const [fromUs, toUs] = [fit.onTime[0]!.us, fit.onTime.at(-1)!.us]
      const lasts = toUs - fromUs >= Math.max(share * wholeUs, REST_SHARE * (endUs - fromUs))
      if (lasts && momentsOf(points, fit) >= moments) return { ...fit, percent }
    }
  }
  return null
}

/**
 * A receiver that was kept waiting takes what has come meanwhile at once, and goes on: the last car of such a batch is on
 * time. Where the train ends with one nobody knows whether it was.
 */
function withoutLateEnd(points: readonly Point[]): readonly Point[] {
  const meanUs = (points.at(-1)!.us - points[0]!.us) / points.length
  let at = points.length - 1
  while (at > 0 && points[at]!.us - points[at - 1]!.us < BATCH_SHARE * meanUs) at--
  const batch = points.length - at
  return batch >= LATE_BATCH && at >= FEWEST_CERTAIN ? points.slice(0, at) : points
}

/** Batches with a car on time: what came together is one moment. */
function momentsOf(
  points: readonly Point[],
  { onTime, carUs }: Pick<Fit, 'onTime'> & { carUs: number },
): number {
  const good = new Set(onTime)
  let count = 0
  let counted = false
  for (const [at, point] of points.entries()) {
    if (at === 0 || point.us - points[at - 1]!.us >= BATCH_SHARE * carUs) counted = false
    if (counted || !good.has(point)) continue
    counted = true
    count++
  }
  return count
}

/** @returns µs a byte, never 0: a rate must stay a number */
function slopeOf(one: Point, other: Point): number {
  return Math.max(1, other.us - one.us) / (other.bytes - one.bytes)
}

/** The vertices that nothing lies under, by bytes; their slopes rise. */
function lowerHull(points: readonly Point[]): Point[] {
  const hull: Point[] = []
  for (const point of points) {
    while (hull.length >= 2 && slopeOf(hull.at(-2)!, hull.at(-1)!) >= slopeOf(hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return hull
}

/** From a first slope to the one of all cars that agree with it. */
function refined(
  points: readonly Point[],
  slope: number,
  within: number,
): Omit<Fit, 'percent'> & { carUs: number } {
  let usPerByte = slope
  let atUs = Math.min(...points.map(({ us, bytes }) => us - usPerByte * bytes))
  let onTime: readonly Point[] = points
  for (let round = 0; round < ROUNDS; round++) {
    const withinUs = Math.max(WAKE_US, within * usPerByte * points[0]!.bytes)
    const agree = points.filter(({ us, bytes }) => Math.abs(us - atUs - usPerByte * bytes) <= withinUs)
    if (agree.length < 2) break
    const line = leastSquares(agree)
    if (line.usPerByte <= 0) break
    onTime = agree
    ;({ usPerByte, atUs } = line)
  }
  return { usPerByte, atUs, onTime, carUs: usPerByte * points[0]!.bytes }
}

function leastSquares(points: readonly Point[]): { usPerByte: number; atUs: number } {
  const middle = mean(points.map(({ bytes }) => bytes))
  const middleUs = mean(points.map(({ us }) => us))
  let over = 0
  let under = 0
  for (const { bytes, us } of points) {
    over += (bytes - middle) * (us - middleUs)
    under += (bytes - middle) ** 2
  }
  const usPerByte = over / under
  return { usPerByte, atUs: middleUs - usPerByte * middle }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
