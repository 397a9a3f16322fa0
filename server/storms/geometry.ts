import type { Circle, Point, Polygon } from './cap.ts'

const EARTH_KILOMETRES = 6371
const RADIANS = Math.PI / 180

/**
 * Whether a point lies in a polygon or on its edge, by the even-odd rule. Each edge goes the short way round the earth, so
 * that an outline across the 180th meridian holds together; latitude and longitude are taken for a plane, which over a
 * province is wrong by metres.
 */
export function isInPolygon(point: Point, polygon: Polygon): boolean {
  const { latitude } = point
  // Most outlines lie elsewhere, which is seen without looking at more.
  if (polygon.every((corner) => corner.latitude > latitude)) return false
  if (polygon.every((corner) => corner.latitude < latitude)) return false
  return [0, 360, -360].some((turn) => isInTurned(point, polygon, turn))
}

/** Degrees as the point sees them, the whole outline turned by so many. */
function isInTurned({ latitude, longitude }: Point, polygon: Polygon, turn: number): boolean {
  let isInside = false
  let from: Place | null = null
  let before = longitude
  for (const corner of polygon) {
    const to: Place = {
      x: (from?.x ?? turn) + eastOf(before, corner.longitude),
      y: corner.latitude - latitude,
    }
    before = corner.longitude
    if (from) {
      if (isOnEdge(from, to)) return true
      const crosses = from.y > 0 !== to.y > 0
      if (crosses && from.x + ((to.x - from.x) * -from.y) / (to.y - from.y) > 0) isInside = !isInside
    }
    from = to
  }
  return isInside
}

export function isInCircle(point: Point, { centre, kilometres }: Circle): boolean {
  return kilometresBetween(point, centre) <= kilometres
}

/** By the great circle. */
function kilometresBetween(one: Point, other: Point): number {
  const half = (degrees: number): number => Math.sin((degrees * RADIANS) / 2) ** 2
  const chord =
    half(other.latitude - one.latitude) +
    Math.cos(one.latitude * RADIANS) *
      Math.cos(other.latitude * RADIANS) *
      half(other.longitude - one.longitude)
  return 2 * EARTH_KILOMETRES * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** From -180 to 180. */
function eastOf(origin: number, longitude: number): number {
  return ((longitude - origin + 540) % 360) - 180
}

interface Place {
  x: number
  y: number
}

/** Whether the origin lies on the line between two places. */
function isOnEdge(from: Place, to: Place): boolean {
  return from.x * to.y === from.y * to.x && from.x * to.x <= 0 && from.y * to.y <= 0
}
