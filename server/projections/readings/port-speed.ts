import { FASTEST_PORT } from './rates.ts'

/** "1 Gbit/s", "100Mb/s", "2.5 Gbps" */
const SPEED = /(\d+(?:[.,]\d+)?)\s*([MG])b(?:it\/s|ps|\/s)/i

/**
 * What the ports of a machine carry together, in bit/s, by its trait `interfaces`, one a line. One that tells no speed,
 * as radio and a port whose cable is out do, is taken for the quickest that an office has.
 */
export function portSpeedOf(interfaces: string | undefined): number {
  const ports = (interfaces ?? '').split('\n').filter((line) => line.trim() !== '')
  if (ports.length === 0) return FASTEST_PORT
  return ports.reduce((sum, port) => {
    const [, number = '', unit = ''] = SPEED.exec(port) ?? []
    const speed = Number(number.replace(',', '.')) * (unit.toUpperCase() === 'G' ? 1e9 : 1e6)
    return sum + (speed || FASTEST_PORT)
  }, 0)
}
