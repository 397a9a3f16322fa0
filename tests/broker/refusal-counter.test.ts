import { expect, test } from 'vitest'
import { createRefusalCounter } from '../../broker/refusal-counter.ts'
import type { RefusalCode } from '../../broker/refusals.ts'

test('every refusal is counted, and one line a second and code is logged with the number it stands for', () => {
  let nowMs = 0
  const lines: unknown[] = []
  const counted: RefusalCode[] = []
  const count = createRefusalCounter({
    log: { warn: (fields) => lines.push(fields), error: () => {} },
    onRefused: (code) => counted.push(code),
    nowMs: () => nowMs,
  })
  const scan = (code: RefusalCode) => count({ code, detail: 'x' }, { address: '192.0.2.1' })

  for (let at = 0; at < 1000; at++) scan('handshake')
  scan('wrong-key')
  nowMs = 999
  scan('handshake')
  nowMs = 1000
  scan('handshake')

  expect(counted.length).toBe(1003)
  expect(lines).toEqual([
    { code: 'handshake', address: '192.0.2.1', times: 1 },
    { code: 'wrong-key', address: '192.0.2.1', times: 1 },
    { code: 'handshake', address: '192.0.2.1', times: 1001 },
  ])
})
