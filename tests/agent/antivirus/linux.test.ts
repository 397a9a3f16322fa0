import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { NO_CHANCES } from '../../../agent/antivirus/chances.ts'
import type { LinuxAntivirusFacts } from '../../../agent/antivirus/linux.ts'
import { type LinuxPlaces, lookAtLinux } from '../../../agent/antivirus/linux-look.ts'
import { antivirusVerdict } from '../../../agent/antivirus/verdict.ts'
import { eventually } from '../../support/eventually.ts'
import { programMissing } from '../../support/program.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { chancesOf, DAY, HOUR, NOW } from './samples.ts'

const FRESH = { daemon: 'answers', onAccess: true, database: 'dated', madeMs: NOW - 20 * HOUR } as const

describe('what a Linux machine shows', () => {
  test.each<[string, LinuxAntivirusFacts, object]>([
    [
      'ClamAV on access',
      { clamav: FRESH, others: [] },
      { state: 'protected', product: 'ClamAV', mode: 'on-access', ageHours: 20, why: 'current' },
    ],
    [
      'ClamAV that scans only what it is handed',
      { clamav: { ...FRESH, onAccess: false }, others: [] },
      { state: 'protected', product: 'ClamAV', mode: 'on-demand', why: 'only-on-demand' },
    ],
    [
      'ClamAV that loads its signatures, or hangs',
      { clamav: { ...FRESH, daemon: 'silent' }, others: [] },
      { state: 'unknown', mode: null, why: 'daemon-silent product=ClamAV' },
    ],
    [
      'ClamAV installed and stopped',
      { clamav: { ...FRESH, daemon: 'stopped' }, others: [] },
      { state: 'off', mode: 'not-running', ageHours: 20, why: 'not-running product=ClamAV' },
    ],
    [
      'ClamAV whose first signatures have not come',
      { clamav: { ...FRESH, daemon: 'stopped', database: 'absent', madeMs: null }, others: [] },
      { state: 'off', ageHours: null, why: 'no-signatures product=ClamAV' },
    ],
    [
      'ClamAV with nothing official',
      { clamav: { ...FRESH, database: 'absent', madeMs: null }, others: [] },
      { state: 'stale', ageHours: null, why: 'no-signatures product=ClamAV' },
    ],
    [
      'ClamAV with signatures that cannot be read',
      { clamav: { ...FRESH, database: 'unreadable', madeMs: null }, others: [] },
      { state: 'unknown', why: 'signatures-not-told product=ClamAV' },
    ],
    [
      'Kaspersky runs: nothing more is known',
      { clamav: null, others: ['Kaspersky Endpoint Security'] },
      {
        state: 'unknown',
        product: 'Kaspersky Endpoint Security',
        why: 'presence-only product=Kaspersky%20Endpoint%20Security',
      },
    ],
    [
      'Kaspersky runs beside a ClamAV that is stopped',
      { clamav: { ...FRESH, daemon: 'stopped' }, others: ['Kaspersky Endpoint Security'] },
      { state: 'unknown', product: 'Kaspersky Endpoint Security' },
    ],
    [
      'a router',
      { clamav: null, others: [] },
      { state: 'none', product: null, mode: null, ageHours: null, why: 'nothing-found' },
    ],
  ])('%s', (_what, facts, verdict) => {
    expect(antivirusVerdict(facts, NO_CHANCES, NOW)).toMatchObject(verdict)
  })

  test('old signatures count once the line was up for a day', () => {
    const facts = { clamav: { ...FRESH, madeMs: NOW - 10 * DAY }, others: [] }
    expect(antivirusVerdict(facts, chancesOf(facts, 10), NOW).state).toBe('protected')
    expect(antivirusVerdict(facts, chancesOf(facts, 24), NOW).state).toBe('stale')
  })

  test('whatever it shows: no error, and protected only by a daemon that answers', () => {
    const clamav = fc.record({
      daemon: fc.constantFrom('answers' as const, 'silent' as const, 'stopped' as const),
      onAccess: fc.boolean(),
      database: fc.constantFrom('dated' as const, 'absent' as const, 'unreadable' as const),
      madeMs: fc.option(fc.double(), { nil: null }),
    })
    const facts = fc.record({ clamav: fc.option(clamav, { nil: null }), others: fc.array(fc.string()) })
    fc.assert(
      fc.property(facts, fc.double({ min: 0, max: 100 }), fc.double(), (seen, hours, nowMs) => {
        const { state, ageHours } = antivirusVerdict(seen, chancesOf(seen, hours), nowMs)
        if (state === 'protected' || state === 'stale') expect(seen.clamav?.daemon).toBe('answers')
        expect(ageHours ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the look', () => {
  /** A machine in a folder: what is not put there is not there. */
  function machine(): { places: LinuxPlaces; root: string; put(path: string, text?: string): void } {
    const root = temporaryFolder()
    const put = (path: string, text = ''): void => {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const places: LinuxPlaces = {
      configs: [join(root, 'clamd.conf')],
      programs: [join(root, 'clamd')],
      socket: join(root, 'clamd.ctl'),
      services: [join(root, 'system.slice')],
      socketUnits: [join(root, 'clamav-daemon.socket')],
    }
    put('clamd.conf', `LocalSocket ${join(root, 'clamd.ctl')}\nDatabaseDirectory ${join(root, 'db')}\n`)
    return { places, root, put }
  }

  test('a router has nothing', async () => {
    expect(await lookAtLinux(undefined, machine().places)).toEqual({ clamav: null, others: [] })
  })

  test('what a removed package left of its configuration is no antivirus', async () => {
    const { places, put } = machine()
    put('db/main.cvd', 'ClamAV-VDB:x:1:1:1:x:x:neo:1')
    expect((await lookAtLinux(undefined, places)).clamav).toBeNull()
  })

  test('services that run are seen by their folders', async () => {
    const { places, put } = machine()
    put('system.slice/kesl.service/cgroup.procs')
    put('system.slice/eea.service/cgroup.procs')
    put('system.slice/clamav-clamonacc.service/cgroup.procs')
    put('clamd')
    const { clamav, others } = await lookAtLinux(undefined, places)
    expect(others).toEqual(['Kaspersky Endpoint Security', 'ESET Endpoint Antivirus'])
    expect(clamav).toMatchObject({ daemon: 'stopped', onAccess: true, database: 'absent' })
  })

  test('a socket that systemd holds is not called while its daemon is stopped: the call would start it', async () => {
    const { places, root, put } = machine()
    let calls = 0
    const server = createServer((socket) => {
      calls++
      socket.end('PONG\0')
    })
    await new Promise<void>((resolve) => server.listen(join(root, 'clamd.ctl'), resolve))
    onTestFinished(() => void server.close())
    put('clamd')
    put('clamav-daemon.socket')
    put('system.slice/cron.service/cgroup.procs')
    expect((await lookAtLinux(undefined, places)).clamav?.daemon).toBe('stopped')
    expect(calls).toBe(0)
    put('system.slice/clamav-daemon.service/cgroup.procs')
    expect((await lookAtLinux(undefined, places)).clamav?.daemon).toBe('answers')
    expect(calls).toBe(1)
  })

  test.skipIf(
    programMissing('a real clamd', ['/usr/sbin/clamd', '/usr/bin/sigtool'], 'clamav clamav-daemon'),
  )(
    'a real clamd with a real database folder, judged from end to end (skipped where clamav-daemon is missing)',
    async () => {
      const { places, root, put } = machine()
      put('clamd')
      put('daily.ndb', 'Haidang.Test:0:*:48616944616e6754657374\n')
      put('COPYING', 'none\n')
      put('db/own.ndb', 'Haidang.Test:0:*:48616944616e6754657374\n')
      const sigtool = ['--datadir=.', '--unsigned', '--build=daily.cud', '--cvd-version=1']
      spawnSync('/usr/bin/sigtool', sigtool, { cwd: root, env: { SIGNDUSER: 'haidang' } })
      put('daemon.conf', `LocalSocket ${places.socket}\nDatabaseDirectory ${root}/db\nForeground yes\n`)
      const daemon = spawn('/usr/sbin/clamd', ['-c', join(root, 'daemon.conf')], { stdio: 'ignore' })
      const ended = new Promise((resolve) => daemon.once('exit', resolve))
      onTestFinished(() => void daemon.kill('SIGKILL'))
      const look = () => lookAtLinux(undefined, places)
      await eventually('clamd answers', async () => (await look()).clamav?.daemon === 'answers')
      const bare = await look()
      expect(antivirusVerdict(bare, NO_CHANCES, Date.now())).toMatchObject({ state: 'stale' })
      // An unsigned database is not loaded by the name of an official one, so that it comes behind the daemon's back.
      copyFileSync(join(root, 'daily.cud'), join(root, 'db', 'daily.cld'))
      expect(antivirusVerdict(await look(), NO_CHANCES, Date.now())).toEqual({
        state: 'protected',
        product: 'ClamAV',
        mode: 'on-demand',
        ageHours: 0,
        why: 'only-on-demand',
      })
      daemon.kill()
      await ended
      expect(antivirusVerdict(await look(), NO_CHANCES, Date.now())).toMatchObject({ state: 'off' })
    },
  )
})
