import { actsOf, fromMoment } from './act.ts'
import type { ToAgents } from './agents.ts'
import type { Cast } from './cast.ts'
import type { DemoOptions } from './options.ts'
import type { ContractLine } from './simulator/contract-line.ts'
import type { Stage } from './stage.ts'
import type { Story } from './story.ts'

type Notice = ContractLine & { type: 'warning' | 'planned' }

/** Lets the curtain rise and plays the story; resolves at its end. */
export async function play(story: Story, { speed, minutes }: DemoOptions, stage: Stage): Promise<void> {
  const { clock, conductor, agents, centre, cast, desk, say } = stage
  const keepalives = new Map(cast.actors.map(({ id, keepaliveSeconds }) => [id, keepaliveSeconds]))
  const acts = actsOf(story.lines, (device) => keepalives.get(device) ?? 60)
  const { opening, play } = fromMoment(acts, story.startMs)
  const present = opening.filter(({ does }) => does === 'connect').length
  process.stdout.write(`${present}/${cast.actors.length} thiết bị đang kết nối · devices are connecting…\n`)
  const tell = (message: ToAgents): boolean => agents.send(message)
  const server = { host: '127.0.0.1', port: centre.mqttPort }
  tell({ type: 'begin', pace: clock.pace, server, actors: cast.actors, opening })
  tell({ type: 'play', acts: play })
  const notices = story.lines.filter(
    (line): line is Notice => line.type === 'warning' || line.type === 'planned',
  )
  const hand = (notice: Notice): Promise<void> =>
    desk
      .take(notice)
      .catch((error: unknown) => say('centre', `${notice.type} ${notice.id}: ${String(error)}`))
  for (const notice of notices) if (isStillAhead(notice, story.startMs)) await hand(notice)
  await Promise.race([conductor.everybody(present), conductor.broken])

  conductor.run(speed)
  process.stdout.write(`Bắt đầu, nhanh gấp ${speed} lần · begins, at ${speed} times speed\n\n`)
  const at = (ms: number, run: () => void): void => {
    if (ms >= story.startMs) clock.after(ms - clock.nowMs(), run)
  }
  for (const notice of notices) at(notice.t, () => void hand(notice))
  for (const { t, vi, en } of story.truth) at(t, () => say('truth', withNames(`${vi} · ${en}`, cast)))
  const wholeMs = story.endMs - story.startMs
  const playedMs = minutes === null ? wholeMs : Math.min(wholeMs, minutes * 60_000 * speed)
  const over = new Promise<void>((resolve) => at(story.startMs + playedMs, resolve))
  await Promise.race([over, conductor.broken])
}

/** It was said before the curtain rises and holds behind that. */
function isStillAhead(notice: Notice, startMs: number): boolean {
  return notice.t < startMs && (notice.type === 'warning' ? notice.expires : notice.from) > startMs
}

const withNames = (text: string, { names }: Cast): string =>
  text.replaceAll(/\{([^}]+)\}/g, (_, id: string) => names.get(id) ?? id)
