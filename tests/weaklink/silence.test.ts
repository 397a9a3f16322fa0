import { expect, test } from 'vitest'
import { silenceToRisk } from '../../agent/link/idle-limit.ts'
import { atSize } from '../chaos/size.ts'
import { eventually } from '../support/eventually.ts'
import { canMakeLines } from '../support/weak-line.ts'
import { figure, weakWorld } from './world.ts'

/** The router forgets a connection after so long. Each try takes as long, so that this runs at full size only. */
const FORGET_SECONDS = 100
const FULL = atSize({ slice: 0, full: 1 }) === 1

test.runIf(FULL && canMakeLines())(
  'a real address translation: the longest silence that it bears is found',
  {
    timeout: 1_500_000,
  },
  async () => {
    const { line, start } = await weakWorld()
    line.translate(FORGET_SECONDS)
    const never = 1_000_000
    const { said, tell, ended } = start({
      ...{ sampleMs: never * 1000, reportSeconds: never, keepaliveSeconds: 1200, learns: true },
    })
    const learnt = () => JSON.parse(said.learnt.at(-1)?.[0] ?? '{"boreMs":0,"brokeMs":null}')
    await eventually(
      'a limit between two close tries',
      () => learnt().brokeMs !== null && learnt().brokeMs <= learnt().boreMs * 1.1,
      1_400_000,
    )
    tell('stop')
    await ended
    const limitMs = silenceToRisk(learnt())
    figure('weaklink.silence', {
      ...{ forgets_s: FORGET_SECONDS, limit_s: Math.round(limitMs / 1000) },
      ...{ connections: said.connected.length, ...line.traffic() },
    })
    expect(limitMs).toBeLessThan(FORGET_SECONDS * 1000)
    expect(limitMs).toBeGreaterThan(FORGET_SECONDS * 750)
  },
)
