import { DEVICE_KINDS } from '#protocol/ids.ts'
import { Checked } from './checked.ts'
import { parseStep } from './parse-step.ts'
import type { Profile } from './profile.ts'
import { PING_EVERY_SECONDS } from './seldom-ping.ts'

const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/
const MAX_TITLE_LENGTH = 120
const MAX_SOURCE_LENGTH = 1000
const MAX_STEPS = 6
/** An answer of a small device costs it more than us. */
const MIN_EVERY_SECONDS = 10
const MAX_EVERY_SECONDS = 3600

/**
 * How one model of device is asked.
 * @param file as the problems name it
 * @throws Error that lists every problem, one a line
 */
export function parseProfile(json: unknown, file: string): Profile {
  const checked = new Checked(file)
  const fields = checked.fields(json, '', ['name', 'title', 'kind', 'source', 'everySeconds', 'steps'])
  const name = checked.text(fields.name, 'name', 48)
  if (name !== '' && !NAME.test(name)) checked.refuse('name', 'small letters, digits and "-"', name)
  const title = checked.fields(fields.title, 'title', ['vi', 'en'])
  const vi = checked.text(title.vi, 'title.vi', MAX_TITLE_LENGTH)
  const en = checked.text(title.en, 'title.en', MAX_TITLE_LENGTH)
  const kind = checked.oneOf(fields.kind, 'kind', DEVICE_KINDS)
  const source = checked.text(fields.source, 'source', MAX_SOURCE_LENGTH)
  const every = checked.whole(fields.everySeconds, 'everySeconds', MIN_EVERY_SECONDS, MAX_EVERY_SECONDS)
  const listed = checked.list(fields.steps, 'steps', 1, MAX_STEPS)
  const steps = listed.map((step, at) => parseStep(checked, step, `steps[${at}]`))
  if (every < PING_EVERY_SECONDS && steps.every((step) => step.kind === 'ping')) {
    checked.refuse('everySeconds', `at least ${PING_EVERY_SECONDS} where nothing but ping is asked`, every)
  }
  checked.throwProblems()
  return Object.freeze({ name, title: Object.freeze({ vi, en }), kind, source, everySeconds: every, steps })
}
