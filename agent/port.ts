/** The TCP port that a person gave to `option`. @throws Error */
export function portOf(option: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new Error(`${option}: expected a port from 1 to 65535, got ${JSON.stringify(text)}`)
}
