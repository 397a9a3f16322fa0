import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { WarningFolder } from '../../../server/storms/folder.ts'
import { MAX_XML_BYTES } from '../../../server/storms/xml.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { alertXml, HOUR_MS, infoXml, SENT } from './cap-files.ts'
import { startWarnings } from './world.ts'

async function startFolder(folder = temporaryFolder()) {
  const world = await startWarnings(folder, () => SENT + 3 * HOUR_MS)
  const path = join(folder, 'warnings')
  // Far from any file's own time, so that each counts as settled.
  const watcher = new WarningFolder({ path, intake: world.intake, now: () => 0, log: world.log })
  await watcher.start()
  onTestFinished(() => watcher.stop())
  const drop = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(path, `${name}.part`), text)
    renameSync(join(path, `${name}.part`), join(path, name))
  }
  const said = (name: string) => readFileSync(join(path, name), 'utf8')
  return { ...world, path, drop, said, look: () => watcher.look() }
}

test('a file is taken once, and moved aside with a word', async () => {
  const { path, drop, said, look, ledger } = await startFolder()
  drop('bao-9.xml', alertXml())
  await look()
  expect(readdirSync(path).sort()).toEqual(['refused', 'taken'])
  expect(readdirSync(join(path, 'taken')).sort()).toEqual(['bao-9.xml', 'bao-9.xml.txt'])
  expect(said('taken/bao-9.xml.txt')).toBe(
    'Đã nhận: VN-KTTV-1 (alert), địa bàn C1.\nTaken: VN-KTTV-1 (alert), areas C1.\n',
  )
  drop('bao-9.xml', alertXml())
  await look()
  expect(said('refused/bao-9.xml.txt')).toBe(
    'Bản tin này đã được nhận trước đó.\nThis message was taken before.\n',
  )
  drop('bao-9.xml', alertXml())
  await look()
  expect(existsSync(join(path, 'refused/bao-9-2.xml'))).toBe(true)
  expect(ledger.head).toBe(1)
})

test('what is wrong with a file is said beside it, each mistake with its place', async () => {
  const { path, drop, said, look } = await startFolder()
  drop('a.xml', alertXml({ status: 'Real', infos: [infoXml({ severity: 'Grim' })] }))
  drop('phim.xml', new Uint8Array(MAX_XML_BYTES + 1))
  drop('ghi-chu.txt', 'no XML at all')
  drop('.hidden.xml', 'an editor keeps this')
  await mkdir(join(path, 'folder.xml'))
  await look()
  expect(said('refused/a.xml.txt').split('\n')).toEqual([
    'Tệp không phải là bản tin CAP 1.2 hợp lệ.',
    'This file is no valid CAP 1.2 message.',
    '',
    'alert/status: expected one of Actual, Exercise, System, Test, Draft, got Real',
    'alert/info/severity: expected one of Extreme, Severe, Moderate, Minor, Unknown, got Grim',
    '',
  ])
  expect(said('refused/phim.xml.txt')).toContain(`expected at most ${MAX_XML_BYTES} bytes`)
  expect(readdirSync(path).sort()).toEqual(['.hidden.xml', 'folder.xml', 'ghi-chu.txt', 'refused', 'taken'])
})

test('a file that was changed a moment ago is waited for', async () => {
  const folder = temporaryFolder()
  const { intake, log } = await startWarnings(folder, () => SENT)
  let nowMs = Date.now()
  const path = join(folder, 'warnings')
  const watcher = new WarningFolder({ path, intake, now: () => nowMs, log })
  await watcher.start()
  onTestFinished(() => watcher.stop())
  writeFileSync(join(path, 'a.xml'), alertXml())
  await watcher.look()
  expect(readdirSync(join(path, 'taken'))).toEqual([])
  nowMs += 60_000
  await watcher.look()
  expect(readdirSync(join(path, 'taken'))).toContain('a.xml')
})

test('while the ledger cannot take it a file stays where it is', async () => {
  const { path, drop, look, stop, log } = await startFolder()
  drop('a.xml', alertXml())
  await stop()
  await look()
  expect(existsSync(join(path, 'a.xml'))).toBe(true)
  expect(log.lines).toContain('warnings: a file waits')
})
