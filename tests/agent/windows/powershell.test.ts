import { expect, test } from 'vitest'
import { createWindowsLook } from '../../../agent/windows/look.ts'
import { runScript, type Shell, windowsPowerShell } from '../../../agent/windows/powershell.ts'
import { lookScript, PARTS } from '../../../agent/windows/script.ts'
import { fixture } from './fixture.ts'

/** Node in the place of PowerShell: a real process with a real pipe, which reads a script and prints. */
const node = (program: string): Shell => ({ file: process.execPath, args: ['-e', program] })
const never = new AbortController().signal

test('the script goes in whole by standard input, and what is printed comes back', async () => {
  const shell = node("process.stdin.pipe(process.stdout); process.stderr.write('a warning')")
  const { stdout, stderr, problem } = await runScript(shell, lookScript(), never)
  expect(stdout.toString()).toBe(lookScript())
  expect(stderr.toString()).toBe('a warning')
  expect(problem).toBeNull()
})

test('a look through a real process: what it prints is read', async () => {
  const printed = JSON.stringify(fixture('windows-server-2019-en-ps51').toString('latin1'))
  const program = `
    let script = ''
    process.stdin.on('data', (chunk) => (script += chunk)).on('end', () => {
      if (script.includes("HdPart 'events'")) process.stdout.write(Buffer.from(${printed}, 'latin1'))
    })`
  const look = createWindowsLook({ run: (script, signal) => runScript(node(program), script, signal) })
  const parts = await look.parts()
  expect(parts.rows('volumes')).toHaveLength(2)
  expect(parts.rows('os')[0]).toMatchObject({ Version: '10.0.17763' })
})

test('one that hangs is ended in its time, and what it printed counts', async () => {
  const shell = node('process.stdout.write(String(process.pid)); setInterval(() => {}, 1000)')
  const started = performance.now()
  const { stdout, problem } = await runScript(shell, '', never, { withinMs: 500 })
  expect(problem).toBe('expected an end within 500 ms')
  expect(performance.now() - started).toBeLessThan(5000)
  const pid = Number(stdout.toString())
  expect(pid).toBeGreaterThan(0)
  expect(() => process.kill(pid, 0), 'it is gone').toThrow('ESRCH')
})

test('one that hangs is ended when nobody waits any more', async () => {
  const stop = new AbortController()
  const run = runScript(node("process.stdout.write('.'); setInterval(() => {}, 1000)"), '', stop.signal)
  stop.abort()
  expect((await run).problem).toBe('stopped')
  expect((await runScript(node('setInterval(() => {}, 1000)'), '', AbortSignal.abort())).problem).toBe(
    'stopped',
  )
})

test('one that prints for ever is ended at its bound', async () => {
  const shell = node("const line = 'x'.repeat(65536); for (;;) require('fs').writeSync(1, line)")
  const { stdout, problem } = await runScript(shell, '', never, { outputBytes: 100_000 })
  expect(problem).toBe('expected at most 100000 bytes, got more')
  expect(stdout.length).toBe(100_000)
})

test('one whose child holds the pipe open does not hold us', async () => {
  const program = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5000)'],
    { stdio: 'inherit', detached: true }).unref(); process.stdout.write('done')`
  const started = performance.now()
  const { stdout } = await runScript(node(program), '', never)
  expect(stdout.toString()).toBe('done')
  expect(performance.now() - started).toBeLessThan(10_000)
})

test('one that fails, ends before it has read, or is not there, is told as such', async () => {
  expect((await runScript(node('process.exitCode = 5'), '', never)).problem).toBe('expected exit 0, got 5')
  const deaf = await runScript(node('process.exit(0)'), 'x'.repeat(1_000_000), never)
  expect(deaf.problem).toBeNull()
  const missing = await runScript({ file: '/nowhere/powershell.exe', args: [] }, 'x', never)
  expect(missing.problem).toMatch(/ENOENT/)
  const impossible = await runScript({ file: 'bad\0name', args: [] }, 'x', never)
  expect(impossible.problem).toMatch(/null bytes/)
})

test('PowerShell is called by its full path, without profile or questions', () => {
  const { file, args } = windowsPowerShell('C:\\Windows', 'x64')
  expect(file.replaceAll('/', '\\')).toBe('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe')
  expect(args).toEqual(expect.arrayContaining(['-NoProfile', '-NonInteractive']))
  expect(args.slice(-2)).toEqual(['-Command', '-'])
})

test('each line of the script is a statement by itself, in ASCII, with its brackets closed', () => {
  const lines = lookScript().split('\r\n')
  expect(lines.filter((line) => line.startsWith('HdPart ')).length).toBe(PARTS.length)
  for (const line of lines) {
    expect(line, 'ASCII').toMatch(/^[\x20-\x7e]*$/)
    // Without what stands in quotes.
    const bare = line.replace(/'[^']*'|"[^"]*"/g, '')
    for (const [open, close] of ['{}', '()', '[]']) {
      expect(bare.split(open!).length, `${open}${close} in ${line}`).toBe(bare.split(close!).length)
    }
    expect(bare, 'quotes').not.toMatch(/['"]/)
  }
})
