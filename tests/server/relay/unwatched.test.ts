import { expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { Ledger } from '../../../server/ledger/ledger.ts'
import type { Device } from '../../../server/registry/registry.ts'
import { markUnwatched } from '../../../server/relay/unwatched.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('after a start of the centre nothing is known of probed devices that were up; the lost stay lost', async () => {
  const ledger = new Ledger(`${temporaryFolder()}/ledger.db`)
  await ledger.start()
  const states = { R1: 'online', R2: 'stale', R3: 'offline', R4: 'goodbye', R5: 'new', PC: 'online' } as const
  const prober = deviceId('PC')
  const devices = Object.keys(states).map(
    (id) => ({ id: deviceId(id), prober: id === 'PC' ? null : prober }) as Device,
  )
  const sessions = { session: (id: string) => ({ state: states[id as keyof typeof states] }) }
  await markUnwatched({
    registry: { devices: () => devices },
    sessions,
    ledger,
    now: () => 1_800_000_000_000,
  })
  const told = [...ledger.read(0, 100)].map((entry) => 'device' in entry && [entry.kind, entry.device])
  await ledger.stop()
  expect(told).toEqual([
    ['lost', 'R1'],
    ['lost', 'R2'],
  ])
})
