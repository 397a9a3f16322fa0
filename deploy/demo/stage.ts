import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Centre, startCentre } from '../../server/centre.ts'
import { readConfig } from '../../server/config.ts'
import { WEB_FOLDER } from '../../server/main.ts'
import { type Cast, enrolCast } from './cast.ts'
import { notificationIn, type Speaker, spoken } from './commentary.ts'
import { type Conductor, conduct } from './conductor.ts'
import type { DemoOptions } from './options.ts'
import { QuickClock } from './quick-clock.ts'
import type { Story } from './story.ts'
import { type Desk, openDesk } from './weather-desk.ts'

/** Everything that a story needs to be played: a centre, a process of agents, one time for both. */
export interface Stage {
  clock: QuickClock
  conductor: Conductor
  agents: ChildProcess
  centre: Centre
  cast: Cast
  desk: Desk
  say(speaker: Speaker, text: string): void
}

const PASSWORD = 'trinh-dien-hai-dang'

/** Sets the stage; what was set up is taken down by `undo`, the last first, also where this throws in the middle. */
export async function setStage(story: Story, options: DemoOptions, undo: (() => unknown)[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-demo-'))
  undo.push(() => {
    if (options.keep) process.stdout.write(`\nDữ liệu · data: ${folder}\n`)
    else rmSync(folder, { recursive: true, force: true })
  })
  // Until everybody is there time goes as slowly as it does outside.
  const clock = new QuickClock({ virtualMs: story.startMs, speed: 1 })
  undo.push(() => clock.stop())
  // Before the centre, so that it stops behind it: what ends together is no outage.
  const agents = startAgents(undo)
  const say = (speaker: Speaker, text: string): void => {
    process.stdout.write(spoken(clock.now(), speaker, text))
  }
  const centre = await startCentre({
    config: readConfig({
      HAIDANG_DATA: join(folder, 'data'),
      HAIDANG_HTTP_PORT: String(options.httpPort),
      HAIDANG_MQTT_PORT: '0',
      HAIDANG_BIND: '127.0.0.1',
      HAIDANG_ADMIN_PASSWORD: PASSWORD,
    }),
    log: pino({ level: 'info', base: null }, listening(join(folder, 'centre.log'), say, undo)),
    webFolder: WEB_FOLDER,
    time: { now: clock.now, clock, speed: options.speed },
  })
  undo.push(() => centre.stop())
  const conductor = conduct(clock, agents)
  undo.push(() => conductor.stop())
  const cast = await enrolCast(centre.registry, story.world, clock.now())
  const address = `http://localhost:${centre.httpPort}`
  process.stdout.write(`Trang xem · page: ${address}/   (admin / ${PASSWORD})\n`)
  const desk = await openDesk({
    ...{ address, password: PASSWORD, names: cast.names },
    onRefused: (reason) => say('centre', reason),
  })
  return { clock, conductor, agents, centre, cast, desk, say }
}

/** The centre's log goes into a file; the notifications in it are also told aloud. */
function listening(
  path: string,
  say: (speaker: Speaker, text: string) => void,
  undo: (() => unknown)[],
): { write(line: string): void } {
  const file = createWriteStream(path)
  undo.push(() => new Promise<void>((resolve) => file.end(resolve)))
  return {
    write(line) {
      file.write(line)
      const told = notificationIn(line)
      if (told) say('centre', told.subject)
    },
  }
}

/** The province in a process of its own: what it spends of a processor is not the centre's. */
function startAgents(undo: (() => unknown)[]): ChildProcess {
  const agents = fork(process.argv[1]!, ['demo', '--agents'], { execArgv: process.execArgv })
  const ended = once(agents, 'exit')
  undo.push(async () => {
    if (agents.connected) agents.disconnect()
    await ended
  })
  return agents
}
