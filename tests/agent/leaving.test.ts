import { expect, test } from 'vitest'
import { leavingReason, reasonInJobs } from '../../agent/leaving.ts'

/** As systemd 252 prints them; job number, unit, type, state. */
test.each([
  ['', 'service-stop'],
  ['1234 haidang.service stop running\n', 'service-stop'],
  ['2210 haidang.service stop running\n2150 reboot.target start waiting\n', 'restart'],
  ['2150 poweroff.target start waiting\n2151 shutdown.target start waiting\n', 'shutdown'],
  ['2150 halt.target  start  waiting', 'shutdown'],
  ['77 suspend.target start waiting', 'sleep'],
  ['77 my-reboot.target start waiting', 'service-stop'],
  ['77 reboot.target stop waiting', 'service-stop'],
])('jobs %j: %s', (jobs, reason) => {
  expect(reasonInJobs(jobs)).toBe(reason)
})

test('on this machine, which stays up, it is the service that is stopped', async () => {
  expect(await leavingReason()).toBe('service-stop')
})
