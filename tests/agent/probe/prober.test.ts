import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PROBED_FOLDER } from '../../../agent/probe/papers.ts'
import { Prober } from '../../../agent/probe/prober.ts'
import type { Profile } from '../../../agent/probe/profile.ts'
import { eventually } from '../../support/eventually.ts'
import { rememberingLog } from '../../support/remembering-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PROFILE: Profile = {
  ...{ name: 'x', title: { vi: 'x', en: 'x' }, kind: 'speaker', source: 'x', everySeconds: 300, steps: [] },
}

function startProber() {
  const folder = temporaryFolder()
  const log = rememberingLog()
  const asked: string[] = []
  const stopped: string[] = []
  const way = { open: true }
  const prober = new Prober({
    ...{ folder, log, rescanMs: 50 },
    agent: {
      async innerPort() {
        if (!way.open) throw new Error('relay: expected none beside probed devices, got one')
        // Nobody listens there: nothing of it is sent.
        return 1
      },
      lineAnswers: async () => false,
    },
    openProbe: async ({ target }) => ({
      probe: {
        async look() {
          asked.push(target.address)
          return { values: {}, traits: {}, faults: [] }
        },
        stop: () => void stopped.push(target.address),
      },
      ...{ profile: PROFILE, touch: null },
    }),
  })
  onTestFinished(() => prober.stop())
  const folderOf = (device: string): string => join(folder, PROBED_FOLDER, device)
  const enrol = async (device: string, address: string, folder = device): Promise<void> => {
    await mkdir(folderOf(folder), { recursive: true })
    const server = { host: '127.0.0.1', port: 1 }
    const papers = { server, device, key: '0'.repeat(64), probe: { profile: 'x', address } }
    await writeFile(join(folderOf(folder), 'agent.json'), JSON.stringify(papers))
  }
  return { prober, log, asked, stopped, way, enrol, folderOf }
}

test('a device whose papers are laid, or mended, is asked without a restart; its fault is told once', async () => {
  const { prober, log, asked, enrol, folderOf, way } = startProber()
  await mkdir(folderOf('D1'), { recursive: true })
  way.open = false
  await enrol('D2', '10.0.0.2')
  await prober.start()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(asked).toEqual([])
  const told = () => log.lines.filter((text) => text === 'a probed device cannot be asked')
  expect(told()).toHaveLength(2)
  way.open = true
  await enrol('D1', '10.0.0.1')
  await eventually('both are asked', () => asked.length === 2)
  expect(asked.toSorted()).toEqual(['10.0.0.1', '10.0.0.2'])
  expect(told()).toHaveLength(2)
})

test('a device whose folder is taken away is left alone, and the others go on', async () => {
  const { prober, asked, stopped, enrol, folderOf } = startProber()
  await enrol('D1', '10.0.0.1')
  await enrol('D2', '10.0.0.2')
  await prober.start()
  await rm(folderOf('D1'), { recursive: true })
  await eventually('one is left alone', () => stopped.includes('10.0.0.1'))
  await enrol('D3', '10.0.0.3')
  await eventually('another is asked', () => asked.includes('10.0.0.3'))
  expect(stopped).toEqual(['10.0.0.1'])
}, 30_000)

test('a copy of a device’s folder is refused: two would speak for it', async () => {
  const { prober, log, asked, enrol } = startProber()
  await enrol('D1', '10.0.0.1')
  await enrol('D1', '10.0.0.1', 'D1.old')
  await prober.start()
  await eventually('one is asked', () => asked.length === 1)
  expect(log.lines).toContain('a probed device cannot be asked')
}, 30_000)
