import { isIP, type LookupFunction } from 'node:net'
import type { AgentConfig } from '../config.ts'
import type { Look } from './capacity.ts'
import { estimateLine } from './estimate.ts'
import { trainKeys } from './tags.ts'

/** A look by packet trains between this agent and its centre's UDP port, which has the number of the TCP one. */
export function lookByTrains(
  { server, device, key }: Pick<AgentConfig, 'server' | 'device' | 'key'>,
  lookup: LookupFunction,
): Look {
  return async ({ maxBytes, known }, onSpent, signal) => {
    const { address, family } = await addressOf(server.host, lookup)
    const keys = trainKeys(Buffer.from(key, 'hex'))
    return estimateLine({
      address,
      family,
      port: server.port,
      device,
      keys,
      known,
      maxBytes,
      onSpent,
      signal,
    })
  }
}

function addressOf(host: string, lookup: LookupFunction): Promise<{ address: string; family: 4 | 6 }> {
  const literal = isIP(host)
  if (literal !== 0) return Promise.resolve({ address: host, family: literal === 6 ? 6 : 4 })
  return new Promise((resolve, reject) => {
    lookup(host, { all: false }, (error, address, family) => {
      if (error) reject(error)
      else if (typeof address !== 'string') reject(new Error(`${host}: expected an address, got several`))
      else resolve({ address, family: family === 6 ? 6 : 4 })
    })
  })
}
