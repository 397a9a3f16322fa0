import { expect, test } from 'vitest'
import { startTestCentre } from '../../support/centre.ts'

interface Line {
  monthlyBytes: number | null
  vndPerMb: number | null
}

test('null takes a cap, a price and a place back, and is not heard as 0', async () => {
  const { api, enrol } = await startTestCentre()
  await enrol('PC1')
  const words = { name: 'Cáp quang', isp: 'VNPT', medium: 'fibre' }
  await api('/uplinks', { id: 'L1', site: 'S1', ...words, monthlyBytes: 5_000_000, vndPerMb: 200 })
  await api('/devices/PC1/uplink', { uplink: 'L1' }, 'PUT')
  const changed = await api<Line>('/uplinks/L1', { ...words, monthlyBytes: null, vndPerMb: null }, 'PUT')
  expect(changed).toMatchObject({ monthlyBytes: null, vndPerMb: null })
  await expect(api('/uplinks/L1', { ...words, monthlyBytes: 'x', vndPerMb: null }, 'PUT')).rejects.toThrow(
    /400/,
  )
  await api('/sites/S1', { latitude: 22.3, longitude: 103.6 }, 'PATCH')
  const site = await api('/sites/S1', { latitude: null, longitude: null }, 'PATCH')
  expect(site).toMatchObject({ latitude: null, longitude: null })
})
