import { spawnSync } from 'node:child_process'
import { test } from 'vitest'
import { weakWorld } from './world.ts'
test('debug', { timeout: 100_000 }, async () => {
  const { line, start, stored } = await weakWorld()
  const [p, ...a] = line.inside('sysctl', '-qw', 'net.ipv4.tcp_timestamps=0')
  spawnSync(p!, a)
  const { said, tell, ended } = start({ sampleMs: 8000, reportSeconds: 8 })
  while (!said.connected.length) await new Promise((r) => setTimeout(r, 50))
  await new Promise((r) => setTimeout(r, 1000))
  console.log('CONNECT', line.traffic())
  let before = line.traffic()
  for (let i = 0; i < 10; i++) {
    const n = stored().size
    while (stored().size === n) await new Promise((r) => setTimeout(r, 50))
    await new Promise((r) => setTimeout(r, 1000))
    const t = line.traffic()
    console.log('REPORT', t.packets - before.packets, t.bytes - before.bytes)
    before = t
  }
  tell('stop'); await ended
  console.log('LEAVE', line.traffic().bytes - before.bytes, JSON.stringify(said.log))
})
