import { expect, test } from 'vitest'
import { actsOf, fromMoment } from '../../deploy/demo/act.ts'
import type { ContractLine } from '../../deploy/demo/simulator/contract-line.ts'

const AT = Date.UTC(2026, 9, 14, 1)
const acts = (...lines: ContractLine[]) => actsOf(lines, () => 60)

test('what a centre observes becomes what a device does', () => {
  const told = { from: 0, to: 600, clock: AT - 900_000, end: 'power-loss' as const }
  expect(
    acts(
      { t: AT, type: 'connected', device: 'D1', boot: 8, previousEnd: 'power-loss' },
      { t: AT + 5000, type: 'power', device: 'D1', source: 'mains' },
      {
        ...{ t: AT + 10_000, type: 'report', device: 'D1', boot: 8, seq: 1, uptime: 70, at: AT, rttMs: 30 },
        history: [
          { boot: 7, ...told },
          { ...told, boot: 8, end: null },
        ],
      },
      { t: AT + 600_000, type: 'lost', device: 'D1', why: 'keepalive' },
      { t: AT + 900_000, type: 'connected', device: 'D1', boot: 8, previousEnd: null },
      { t: AT + 960_000, type: 'lost', device: 'D1', why: 'keepalive' },
      { t: AT + 999_000, type: 'goodbye', device: 'D2', reason: 'shutdown' },
      { t: AT + 999_500, type: 'platform', healthy: false },
    ),
  ).toEqual([
    {
      ...{ t: AT, device: 'D1', does: 'connect', boot: 8, previousEnd: 'power-loss' },
      bootedMs: AT - 60_000,
    },
    { t: AT + 5000, device: 'D1', does: 'power', source: 'mains' },
    { t: AT + 10_000, device: 'D1', does: 'tell', history: [{ boot: 7, ...told }], clockMs: AT },
    // The broker notices after 1.5 keepalives of silence.
    { t: AT + 510_000, device: 'D1', does: 'fall-silent' },
    {
      ...{ t: AT + 900_000, device: 'D1', does: 'connect', boot: 8, previousEnd: null },
      bootedMs: AT + 860_000,
    },
    // Not before it was there.
    { t: AT + 900_000, device: 'D1', does: 'fall-silent' },
    { t: AT + 999_000, device: 'D2', does: 'goodbye', reason: 'shutdown' },
  ])
})

test('the curtain rises on who is connected by then, with power and cell as they are', () => {
  const { opening, play } = fromMoment(
    acts(
      { t: AT, type: 'connected', device: 'D1', boot: 1, previousEnd: null },
      { t: AT, type: 'connected', device: 'D2', boot: 1, previousEnd: null },
      { t: AT, type: 'connected', device: 'D3', boot: 1, previousEnd: null },
      { t: AT + 1, type: 'power', device: 'D1', source: 'mains' },
      { t: AT + 2, type: 'power', device: 'D1', source: 'battery' },
      { t: AT + 3, type: 'cell', device: 'D1', cell: 'C' },
      { t: AT + 4, type: 'goodbye', device: 'D2', reason: 'sleep' },
      { t: AT + 5, type: 'lost', device: 'D3', why: 'socket' },
      { t: AT + 6, type: 'connected', device: 'D3', boot: 2, previousEnd: 'unknown' },
      { t: AT + 100, type: 'goodbye', device: 'D1', reason: 'shutdown' },
    ),
    AT + 50,
  )
  expect(opening.map(({ device, does }) => `${device} ${does}`)).toEqual([
    'D1 power',
    'D1 cell',
    'D1 connect',
    'D3 connect',
  ])
  expect(opening[0]).toMatchObject({ source: 'battery' })
  expect(play.map(({ device, does }) => `${device} ${does}`)).toEqual(['D1 goodbye'])
})
