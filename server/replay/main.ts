import { createReadStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import type { Observation } from '../incidents/observation.ts'
import { DEFAULT_RULES, type Rules } from '../incidents/rules.ts'
import type { World } from '../incidents/world.ts'
import { compare } from './compare.ts'
import { comparisonTable } from './comparison-table.ts'
import { openLedgerSource } from './ledger-source.ts'
import { linesOf } from './lines.ts'
import { jsonLines, print } from './print.ts'
import { readLines } from './read.ts'
import { ReplayError } from './replay-error.ts'
import { RULE_WORDS } from './rule-words.ts'
import { RulesError, readRules } from './rules-file.ts'
import { replayObservations } from './run.ts'
import { countUnknown } from './unknown.ts'
import { createToldWorld } from './world.ts'

const help = (): string => `haidang replay FILE.ndjson [--rules RULES.json] [--against OTHER.json [--json]]
haidang replay --ledger [FOLDER] [--rules RULES.json] [--against OTHER.json [--json]]

Chạy lại quá khứ qua bộ máy sự cố thật, theo thời gian của chính quá khứ đó; in ra các thông báo lẽ ra đã gửi, rồi
các sự cố và số liệu sẵn sàng của từng thiết bị, mỗi dòng một đối tượng JSON.
Runs a past through the real incident engine, in that past's own time; prints the notifications that would have been
sent, then the incidents and each device's availability, one JSON object a line.

  FILE.ndjson   tệp quan sát, "-" là đầu vào chuẩn · a file of observations, "-" is standard input
  --ledger      đọc sổ cái của một trung tâm, kể cả khi nó đang chạy · reads a centre's ledger, even while it runs
  FOLDER        thư mục dữ liệu của trung tâm · the centre's data folder (data)
  --rules       các quy tắc khác mặc định, một đối tượng JSON · the rules that differ from the defaults, a JSON object
  --against     so sánh với bộ quy tắc này trên cùng quá khứ · compares with these rules on the same past
  --json        in so sánh thành một đối tượng JSON · prints the comparison as one JSON object

Quy tắc và giá trị mặc định, thời gian tính bằng giây · rules and their defaults, times in seconds:
${Object.entries(DEFAULT_RULES)
  .map(([name, value]) => {
    const { vi, en } = RULE_WORDS[name as keyof Rules]
    return `  ${name} ${value}\n      ${vi}\n      ${en}`
  })
  .join('\n')}

Mã thoát · exit status: 0 xong · done, 1 lỗi · failed, 2 gọi sai · bad usage
`

/**
 * The heap may grow to twice of what is alive before it is cleaned, and not to four times: a year of 1,400 devices then
 * takes 415 MB instead of 700, and 4 % more time.
 */
const SPARE_MEMORY = '--heap-growing-percent=100'

/** Bigger pieces than Node's own 64 kB: a year has 200 MB. */
const READ_BYTES = 262_144

interface Asked {
  /** The file of observations, or the data folder. */
  path: string
  ledger: boolean
  /** null: the defaults. */
  rules: string | null
  against: string | null
  json: boolean
}

interface Source {
  world: World
  observations: AsyncIterable<Observation>
  /** What people should know of it besides, once it has been read. */
  remarks(): string[]
  close(): Promise<void>
}

/** `haidang replay`. `dataFolder` is where the ledger lies unless a folder is given. @returns the exit status */
export async function runReplay(args: string[], dataFolder: string): Promise<number> {
  const asked = readArguments(args, dataFolder)
  if (typeof asked === 'number') return asked
  setFlagsFromString(SPARE_MEMORY)
  const say = (text: string) => void process.stderr.write(`haidang replay: ${text}\n`)
  try {
    const rules = readBoth(asked)
    const source = asked.ledger ? await openLedger(asked.path, say) : openFile(asked.path)
    try {
      await run(asked, source, rules)
    } finally {
      for (const remark of source.remarks()) say(remark)
      await source.close()
    }
    return 0
  } catch (error) {
    if (!(error instanceof ReplayError)) {
      for (const line of (error as Error).message.split('\n')) say(line)
      return 1
    }
    for (const problem of error.problems) say(`${asked.path}: ${problem}`)
    if (error.more > 0) say(`${asked.path}: và ${error.more} lỗi nữa · and ${error.more} more`)
    return 1
  }
}

async function run(asked: Asked, source: Source, rules: { a: Rules; b: Rules }): Promise<void> {
  const { world, observations } = source
  if (asked.against === null) {
    return print(jsonLines(replayObservations(world, observations, rules.a)), process.stdout)
  }
  const comparison = await compare(world, observations, rules)
  const names = { a: asked.rules ?? 'mặc định · defaults', b: asked.against }
  const text = asked.json
    ? `${JSON.stringify(comparison)}\n`
    : comparisonTable(comparison, names, world.calendar().utcOffsetMinutes)
  return print([text], process.stdout)
}

function readArguments(args: string[], dataFolder: string): Asked | number {
  const refuse = (why: string): number => {
    process.stderr.write(`haidang replay: ${why}\n`)
    return 2
  }
  try {
    const { values, positionals, tokens } = parseArgs({
      args,
      tokens: true,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        ledger: { type: 'boolean', default: false },
        rules: { type: 'string' },
        against: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(help())
      return 0
    }
    const options = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []))
    const twice = options.find((name, at) => options.indexOf(name) < at)
    if (twice !== undefined) return refuse(`--${twice}: expected once, got it more often (--help)`)
    const { ledger, rules = null, against = null, json } = values
    const [path = ledger ? dataFolder : undefined, ...more] = positionals
    if (path === undefined) return refuse('expected FILE.ndjson or --ledger, got neither (--help)')
    if (more.length > 0) return refuse(`expected one file or folder, got ${positionals.join(' ')} (--help)`)
    if (json && against === null) return refuse('--json: expected beside --against, got it alone (--help)')
    return { path, ledger, rules, against, json }
  } catch (error) {
    return refuse((error as Error).message)
  }
}

/** @throws RulesError with the mistakes of both files */
function readBoth({ rules, against }: Asked): { a: Rules; b: Rules } {
  const mistakes: string[] = []
  const read = (file: string | null): Rules => {
    if (file === null) return DEFAULT_RULES
    try {
      return readRules(file)
    } catch (error) {
      if (!(error instanceof RulesError)) throw error
      mistakes.push(error.message)
      return DEFAULT_RULES
    }
  }
  const both = { a: read(rules), b: read(against) }
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'))
  return both
}

function openFile(path: string): Source {
  const world = createToldWorld()
  const unknown = countUnknown(world)
  const input = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES })
  return {
    world,
    observations: unknown.pass(readLines(linesOf(readable(path, input)), world)),
    remarks: unknown.summary,
    async close() {
      input.destroy()
    },
  }
}

/** Node's own errors name the path in the middle of a sentence, or not at all. */
async function* readable(path: string, input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true
  let packed = false
  try {
    for await (const chunk of input) {
      packed = first && chunk[0] === 0x1f && chunk[1] === 0x8b
      if (packed) break
      first = false
      yield chunk
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new Error(`${path}: expected a file that can be read, got ${code ?? message}`, { cause })
  }
  if (packed)
    throw new Error(`${path}: expected text, a JSON object a line, got a gzip file: gunzip it first`)
}

async function openLedger(folder: string, say: (text: string) => void): Promise<Source> {
  const log = { warn: (data: object, text: string) => say(`${text} ${JSON.stringify(data)}`) }
  const { world, observations, lost, close } = await openLedgerSource(folder, log)
  const unknown = countUnknown(world)
  return {
    world,
    observations: unknown.pass(observations()),
    remarks: () => [
      ...unknown.summary(),
      ...(lost() > 0 ? [`mục bị hỏng, đã bỏ qua · damaged entries, left out: ${lost()}`] : []),
    ],
    close,
  }
}
