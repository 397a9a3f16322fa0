import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { claimFolder } from '../../agent/alone.ts'
import { writeAgentConfig } from '../../agent/config.ts'
import { startAgentProcess } from '../support/agent-process.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a folder is one agent’s, until it gives it free', async () => {
  const folder = temporaryFolder()
  const release = await claimFolder(folder)
  await expect(claimFolder(folder)).rejects.toThrow(
    /expected a folder that no other agent uses, got .*, in use/,
  )
  release()
  const again = await claimFolder(folder)
  again()
})

test('an agent that was killed leaves its folder free', async () => {
  const folder = temporaryFolder()
  await writeAgentConfig(folder, {
    server: { host: '127.0.0.1', port: 1 },
    ...{
      device: deviceId('D1'),
      key: '11'.repeat(32),
      sampleSeconds: 60,
      reportSeconds: 60,
      keepaliveSeconds: 60,
    },
  })
  const agent = startAgentProcess(folder)
  await eventually('the agent at work', () => existsSync(join(folder, 'journal')))
  await expect(claimFolder(folder)).rejects.toThrow(/in use/)
  await agent.end('SIGKILL')
  const release = await claimFolder(folder)
  release()
})

test.runIf(process.platform === 'linux')(
  'the claim is one, whatever TMPDIR is, and leaves no file',
  async () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    const [folder, temporary] = [temporaryFolder(), temporaryFolder()]
    const release = await claimFolder(folder)
    vi.stubEnv('TMPDIR', temporary)
    await expect(claimFolder(folder)).rejects.toThrow(/in use/)
    release()
    const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimFolder(folder)))
    const won = claims.filter((claim) => claim.status === 'fulfilled')
    expect(won, 'of eight at once one has it').toHaveLength(1)
    expect(readdirSync(temporary)).toEqual([])
    won[0]!.value()
  },
)
