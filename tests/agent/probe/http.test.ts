import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpStep } from '../../../agent/probe/http.ts'
import { HttpSessions } from '../../../agent/probe/http-sessions.ts'
import { NoAnswer } from '../../../agent/probe/probe.ts'
import type { HttpStep } from '../../../agent/probe/profile.ts'
import { eventually } from '../../support/eventually.ts'
import { programMissing } from '../../support/program.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { closedPort, deafPort, digestGate, httpDevice, tcpDevice } from '../../support/test-device.ts'

const STEP: HttpStep = {
  ...{ kind: 'http', path: '/status', format: 'json', traits: {} },
  readings: { volume_percent: { at: 'player.volume' } },
}
const VOLUME = '{"player":{"volume":70}}'
const PAPERS = { user: 'giám sát', password: 'mật:khẩu' }

function ask(step: Partial<HttpStep>, papers: object = {}, ms = 3000) {
  return createHttpStep({ ...STEP, ...step }, new HttpSessions({ address: '127.0.0.1', ...papers })).look(
    AbortSignal.timeout(ms),
  )
}

test('a page of JSON, and how long the device took to accept', async () => {
  const device = await httpDevice((_request, response) => response.end(VOLUME))
  const { values, faults } = await ask({ port: device.port })
  expect(values).toEqual({ volume_percent: 70, probe_rtt_ms: expect.any(Number) })
  expect(values.probe_rtt_ms).toBeGreaterThan(0)
  expect(faults).toEqual([])
  await eventually('the connection is gone', () => device.sockets() === 0)
})

test('a page of text in the charset that it names', async () => {
  const device = await httpDevice((_request, response) => {
    response.setHeader('content-type', 'text/plain; charset=ISO-8859-1')
    response.end(Buffer.from('Model=Lautspr\xe4cher\nVol = 35 %\n', 'latin1'))
  })
  const { values, traits } = await ask({
    ...{ port: device.port, format: 'text' },
    readings: { volume_percent: { match: '^Vol = (\\d+)' } },
    traits: { model: { match: '^Model=(.*)$' } },
  })
  expect(values.volume_percent).toBe(35)
  expect(traits).toEqual({ model: 'Lautsprächer' })
})

test('a POST carries body and headers', async () => {
  const device = await httpDevice((request, response, body) => {
    const right = request.method === 'POST' && body === '{"xã":1}' && request.headers['x-a'] === 'b'
    response.end(right ? VOLUME : '{}')
  })
  const asked = { method: 'POST', body: '{"xã":1}', headers: { 'x-a': 'b' } } as const
  expect((await ask({ port: device.port, ...asked })).values.volume_percent).toBe(70)
})

test('basic and bearer show the papers as RFC 7617 and RFC 6750 have it', async () => {
  let shown: string | undefined
  const device = await httpDevice((request, response) => {
    shown = request.headers.authorization
    response.end(VOLUME)
  })
  await ask({ port: device.port, auth: 'basic' }, PAPERS)
  expect(Buffer.from(shown!.replace('Basic ', ''), 'base64').toString()).toBe('giám sát:mật:khẩu')
  await ask({ port: device.port, auth: 'bearer' }, { password: 'abc' })
  expect(shown).toBe('Bearer abc')
})

test('a device that goes over to another protocol is there, and gives no answer', async () => {
  const device = await tcpDevice((socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  })
  const asking = ask({ port: device.port })
  await expect(asking).rejects.toThrow('no answer of HTTP')
  await expect(asking).rejects.not.toThrow(NoAnswer)
})

test.each(['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess', 'SHA-512-256'])(
  'digest by %s, the second look without a second question',
  async (algorithm) => {
    const gate = digestGate('admin', 'p"w', algorithm, 3)
    let requests = 0
    const device = await httpDevice((request, response) => {
      requests++
      const seen = gate(request)
      if (seen.passes) response.end(VOLUME)
      else response.writeHead(401, { 'www-authenticate': ['Basic realm="x"', seen.challenge] }).end('no')
    })
    const step: HttpStep = { ...STEP, port: device.port, path: '/a?b=c,d', auth: 'digest' }
    const runner = createHttpStep(
      step,
      new HttpSessions({ address: '127.0.0.1', user: 'admin', password: 'p"w' }),
    )
    for (let look = 0; look < 4; look++) {
      expect((await runner.look(AbortSignal.timeout(3000))).values.volume_percent).toBe(70)
    }
    // A challenge, three uses of its nonce, and the fourth look finds it stale: two more.
    expect(requests).toBe(1 + 3 + 2)
  },
)

test('a wrong password is a fault and not absence, and asks twice at most', async () => {
  const gate = digestGate('admin', 'right')
  let requests = 0
  const device = await httpDevice((request, response) => {
    requests++
    const seen = gate(request)
    response.writeHead(401, seen.passes ? {} : { 'www-authenticate': seen.challenge }).end()
  })
  const papers = { user: 'admin', password: 'wrong' }
  const refused = await ask({ port: device.port, auth: 'digest' }, papers).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Error)
  expect(refused).not.toBeInstanceOf(NoAnswer)
  expect((refused as Error).message).toContain(
    'expected status 200, got 401: the user or the password of the papers is not accepted',
  )
  expect((refused as Error).message).not.toContain('wrong')
  expect(requests).toBe(2)
})

test('digest is asked of a device that offers basic only: said in words', async () => {
  const device = await httpDevice((_request, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
  })
  await expect(ask({ port: device.port, auth: 'digest' }, PAPERS)).rejects.toThrow(
    'expected a digest by MD5 or SHA-256, got "Basic realm=\\"x\\""',
  )
})

test('a redirect within the device is followed, one to elsewhere is not, a circle ends', async () => {
  let elsewhere = 0
  const other = await httpDevice((_request, response) => {
    elsewhere++
    response.end(VOLUME)
  })
  const device = await httpDevice((request, response) => {
    const to: Record<string, string> = {
      '/status': '/cgi/status?x=1',
      '/away': `http://localhost:${other.port}/status`,
      '/round': '/round',
      '/odd': 'http://[',
      '/ftp': 'ftp://127.0.0.1/status',
    }
    if (request.url === '/cgi/status?x=1') response.end(VOLUME)
    else response.writeHead(302, { location: to[request.url!]! }).end()
  })
  const { port } = device
  expect((await ask({ port })).values.volume_percent).toBe(70)
  await expect(ask({ port, path: '/away' })).rejects.toThrow('got a redirect to http://localhost')
  await expect(ask({ port, path: '/round' })).rejects.toThrow('got more than 3 redirects')
  await expect(ask({ port, path: '/odd' })).rejects.toThrow('expected an address behind status 302')
  await expect(ask({ port, path: '/ftp' })).rejects.toThrow('which is not followed')
  expect(elsewhere).toBe(0)
})

test('refused: the device is there; no route or silence: no answer; taken and silent: a fault', async () => {
  const refused = await ask({ port: await closedPort() }).catch((error: unknown) => error)
  expect(refused).not.toBeInstanceOf(NoAnswer)
  expect((refused as Error).message).toContain('got it refused: the device is there, nothing listens')

  const nobody = await ask({ port: await deafPort() }, {}, 300).catch((error: unknown) => error)
  expect(nobody).toBeInstanceOf(NoAnswer)
  expect((nobody as Error).message).toContain('expected a connection, got none in time')

  const unknown = createHttpStep(STEP, new HttpSessions({ address: 'loa.invalid' })).look(
    AbortSignal.timeout(3000),
  )
  await expect(unknown).rejects.toBeInstanceOf(NoAnswer)

  const silent = await tcpDevice((socket) => void socket.resume())
  const heard = await ask({ port: silent.port }, {}, 300).catch((error: unknown) => error)
  expect(heard).not.toBeInstanceOf(NoAnswer)
  expect((heard as Error).message).toContain('got a connection and nothing in time')
  await eventually('the connection is gone', () => silent.sockets() === 0)
})

test('a signal that is aborted already costs no connection', async () => {
  const device = await httpDevice((_request, response) => response.end(VOLUME))
  const look = createHttpStep(
    { ...STEP, port: device.port },
    new HttpSessions({ address: '127.0.0.1' }),
  ).look(AbortSignal.abort())
  await expect(look).rejects.toBeInstanceOf(NoAnswer)
  expect(device.connections()).toBe(0)
})

test('an endless answer is cut off at 64 KB', async () => {
  const device = await httpDevice((_request, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  })
  await expect(ask({ port: device.port, format: 'text' })).rejects.toThrow('got more than 65536 bytes')
  await eventually('the connection is gone', () => device.sockets() === 0)
})

test.skipIf(programMissing('a certificate of a device', ['/usr/bin/openssl'], 'openssl'))(
  `https with a certificate that the device made itself: on the LAN, and not by a name`,
  async () => {
    const folder = temporaryFolder()
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string]
    const subject = ['-subj', '/CN=loa', '-days', '2', '-nodes', '-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject], { stdio: 'ignore' })
    const files = { key: readFileSync(key), cert: readFileSync(cert) }
    // As an old firmware has it: TLS 1.0 and nothing newer.
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const server = createHttpsServer({ ...files, ...old }, (_request, response) => response.end(VOLUME))
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    const step: HttpStep = { ...STEP, scheme: 'https', port }
    const found = await createHttpStep(step, new HttpSessions({ address: '127.0.0.1' })).look(
      AbortSignal.timeout(3000),
    )
    expect(found.values).toMatchObject({ volume_percent: 70, probe_rtt_ms: expect.any(Number) })
    const named = await createHttpStep(step, new HttpSessions({ address: 'localhost' }))
      .look(AbortSignal.timeout(3000))
      .catch((error: unknown) => error)
    expect(named).toBeInstanceOf(Error)
    expect(named).not.toBeInstanceOf(NoAnswer)
  },
)

test('a password leaves the LAN by https only', async () => {
  const step: HttpStep = { ...STEP, auth: 'basic' }
  const look = createHttpStep(step, new HttpSessions({ address: '192.0.2.1', ...PAPERS })).look(
    AbortSignal.timeout(300),
  )
  await expect(look).rejects.toThrow('expected https, as the address is not of the LAN, got http')
})
