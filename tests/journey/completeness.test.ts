import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { decodeReport } from '#protocol/report.ts'
import { createAgent } from '../../agent/agent.ts'
import { openJournal } from '../../agent/journal/open.ts'
import { sampleNumber } from '../support/agent-samples.ts'
import { startTestCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { rememberingLog } from '../support/remembering-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Body {
  rows: {
    produced: number
    stored: number
    declaredLost: Record<'thinned' | 'dropped' | 'damaged' | 'refused', number>
    waiting: number
    vanished: number
  }
}

const TINY = { maxBytes: 65_536, segmentBytes: 4096 }
/** Some 24 bytes each: more than four times what the tiny journal holds. */
const ROWS = 8000

/** Weeks without a line, in a journal that is much too small for them. */
async function weeksOffline(folder: string): Promise<void> {
  const journal = await openJournal(folder, { log: rememberingLog(), ...TINY })
  for (let n = 1; n <= ROWS; n++) await journal.append(sampleNumber(n))
  journal.declareRefused([sampleNumber(ROWS + 1), sampleNumber(ROWS + 2)])
  expect(journal.unsealedRows, 'premise: it has thinned').toBeLessThan(ROWS / 2)
  await journal.close()
}

test('after weeks offline with a full journal the numbers of centre, page and agent add up to the last row', {
  timeout: 90_000,
}, async () => {
  const centre = await startTestCentre()
  const { device, key } = await centre.enrol('PC-01')
  const folder = temporaryFolder()
  await weeksOffline(join(folder, 'journal'))
  const agent = createAgent({
    folder,
    log: rememberingLog(),
    config: {
      server: { host: '127.0.0.1', port: centre.mqttPort },
      ...{ device, key: Buffer.from(key).toString('hex') },
      ...{ sampleSeconds: 1, reportSeconds: 1, keepaliveSeconds: 60 },
    },
  })
  await agent.start()
  let running = true
  const stop = async () => {
    if (running) await agent.stop('service-stop')
    running = false
  }
  onTestFinished(stop)
  const rowsNow = async () => (await centre.api<Body>(`/devices/${device}`)).rows
  await eventually(
    'everything has come',
    async () => (await rowsNow()).waiting === 0 && (await rowsNow()).stored > 0,
    60_000,
  )
  await stop()
  const { stored, declaredLost, produced, waiting, vanished } = await rowsNow()
  const declared = declaredLost.thinned + declaredLost.dropped + declaredLost.damaged + declaredLost.refused
  expect([declaredLost.refused, declaredLost.damaged, vanished, waiting]).toEqual([2, 0, 0, 0])
  expect(declaredLost.thinned).toBeGreaterThan(ROWS / 2)
  expect(stored + declared, 'the law, at the centre').toBe(produced)
  // What it measured in its last second was not sealed any more, or not heard to have come.
  const journal = await openJournal(join(folder, 'journal'), { log: rememberingLog() })
  onTestFinished(() => journal.close())
  const underWay = journal
    .pending()
    .reduce((rows, { bytes }) => rows + decodeReport(bytes).offsetsSeconds.length, 0)
  const left = journal.rows - produced
  expect(left, 'and with what the agent still has').toBeGreaterThanOrEqual(journal.unsealedRows)
  expect(left).toBeLessThanOrEqual(journal.unsealedRows + underWay)
  const page = await (await fetch(`${centre.address}/devices/${device}`)).text()
  expect(page).toMatch(
    /Lượt đo: đã đo [\d.]+, đã lưu [\d.]+, tác tử báo mất [\d.]+ \(lấy thưa khi nhật ký đầy/,
  )
})
