import type { HttpAnswer } from './http-exchange.ts'
import type { HttpSessions } from './http-sessions.ts'
import { valueAt } from './json-path.ts'
import type { StepRunner } from './probe.ts'
import type { HttpStep } from './profile.ts'
import { readAll } from './readings.ts'
import { type Answer, shown } from './rule.ts'

/** Asks for one page, and reads it by the rules of the step. A look ends with its signal, and holds no connection then. */
export function createHttpStep(step: HttpStep, sessions: HttpSessions): StepRunner {
  const session = sessions.of(step)
  return {
    async look(signal) {
      const answer = await session.ask(step, signal)
      const finding = step.format === 'json' ? readJson(step, answer) : readText(step, answer)
      finding.values.probe_rtt_ms = answer.connectMs
      return finding
    },
    stop: () => {},
  }
}

function readText(step: HttpStep, answer: HttpAnswer) {
  const text = textOf(answer)
  return readAll(step, () => text)
}

function readJson(step: HttpStep, answer: HttpAnswer) {
  const json = jsonOf(textOf(answer), step.path)
  return readAll<{ at?: string }>(step, ({ at = '' }, { absent }): Answer => {
    const found = valueAt(json, at)
    if ('value' in found) return found.value as Answer
    // Left out is not known, where the profile says so.
    if (absent?.includes('')) return undefined
    throw new Error(`expected a value at ${at}, but ${found.missing}`)
  })
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${path}: expected JSON, got ${shown(text)}`)
  }
}

/** @throws Error when the device has packed it all the same */
function textOf(answer: HttpAnswer): string {
  const [packed = 'identity'] = answer.header('content-encoding')
  if (packed.toLowerCase() !== 'identity') {
    throw new Error(`content-encoding: expected none, got ${shown(packed)}`)
  }
  const [type = ''] = answer.header('content-type')
  const [, charset = 'utf-8'] = /charset\s*=\s*"?([\w-]+)/i.exec(type) ?? []
  return decoderOf(charset).decode(answer.body)
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
