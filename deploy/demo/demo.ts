import { once } from 'node:events'
import { type DemoOptions, readOptions } from './options.ts'
import { play } from './play.ts'
import { setStage } from './stage.ts'
import { readStory, type Story } from './story.ts'

const HELP = `haidang demo

Trình diễn: 100 điểm, khoảng 1.400 tác tử mô phỏng nói MQTT thật với một trung tâm thật, một cơn bão đi qua nhanh gấp 60 lần.
A show: 100 sites, about 1,400 simulated agents that speak real MQTT with a real centre, a storm passing at 60 times speed.

  --sites SỐ       số điểm · sites (100)
  --speed SỐ       nhanh gấp mấy lần · how many times faster (60)
  --minutes SỐ     dừng sau mấy phút thật · stops after so many real minutes
  --seed SỐ        chuyện khác · another story (7)
  --story TỆP      diễn lại một tệp của "haidang replay" · enacts a file of the replay instead
  --port CỔNG      cổng của trang · port of the pages (một cổng trống · a free one)
  --keep           giữ thư mục dữ liệu · keeps the data folder
  --help           in hướng dẫn này · prints this text

Ctrl-C để dừng · to stop.
`

/** The command `haidang demo`. @returns the exit status: 0, 1 failed, 2 bad usage */
export async function runDemo(args: string[]): Promise<number> {
  if (args[0] === '--agents') return (await import('./agents.ts')).runAgents()
  let options: DemoOptions | 'help'
  try {
    options = readOptions(args)
  } catch (error) {
    process.stderr.write(`haidang demo: ${(error as Error).message}\n`)
    return 2
  }
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  try {
    await show(options)
    return 0
  } catch (error) {
    process.stderr.write(`haidang demo: ${(error as Error).message}\n`)
    return 1
  }
}

async function show(options: DemoOptions): Promise<void> {
  const heard = new AbortController()
  const asked = firstSignal(heard.signal)
  const undo: (() => unknown)[] = []
  try {
    const story = await storyOf(options)
    const stage = await setStage(story, options, undo)
    await Promise.race([asked, play(story, options, stage)])
  } finally {
    // From here on a second signal ends the process as usual.
    heard.abort()
    for (const step of undo.reverse()) await step()
  }
}

async function storyOf({ story, sites, seed }: DemoOptions): Promise<Story> {
  if (story !== null) return readStory(story)
  return (await import('./storm-day.ts')).stormDay({ sites, seed })
}

/** A reader of the commentary who has gone, as `head` does, wants no more of it either. */
async function firstSignal(signal: AbortSignal): Promise<void> {
  const gone = new Promise((resolve) => process.stdout.on('error', resolve))
  const signals = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]
  await Promise.race([...signals, gone]).catch(() => {})
}
