import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { type Logger, pino } from 'pino'
import { type Centre, startCentre } from './centre.ts'
import { readConfig } from './config.ts'

const HELP = `haidang server

Chạy trung tâm: nhận tin của tác tử, lưu giữ, theo dõi sự cố, trang xem và API.
Runs the centre: takes the agents' reports, stores them, watches for incidents, serves pages and API.

Cài đặt bằng biến môi trường · set by environment variables:
  HAIDANG_DATA             thư mục dữ liệu · data folder (data)
  HAIDANG_HTTP_PORT        trang và API · pages and API (8080)
  HAIDANG_MQTT_PORT        cổng của tác tử, MQTT qua TLS-PSK · agents, MQTT over TLS-PSK (8883)
  HAIDANG_BIND             địa chỉ nghe · address to listen on
  HAIDANG_PUBLIC_URL       địa chỉ mở cho người khác · address at which others reach the pages
  HAIDANG_ADMIN_PASSWORD   mật khẩu của admin · password of admin (made up at the first start)
  HAIDANG_WEBHOOK_URL, HAIDANG_WEBHOOK_SECRET
                           thông báo có chữ ký · signed notifications
  HAIDANG_CAP_FEEDS        nguồn cảnh báo bão, cách nhau bằng dấu phẩy · storm warnings (CAP, Atom, RSS), comma between
  INFLUX_URL, INFLUX_BUCKET, INFLUX_ORG, INFLUX_TOKEN
                           lưu số đo vào InfluxDB · readings in InfluxDB
`

/** Built, the browser's files lie in `web/` beside this file; from source, in the built folder. */
export const WEB_FOLDER = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/web/' : './web/',
  import.meta.url,
)

/** `haidang server`: runs until SIGTERM or SIGINT. @returns the exit status */
export async function runServer(args: string[]): Promise<number> {
  const usage = readUsage('server', HELP, args)
  if (usage !== null) return usage
  return runUntilSignal(async (log) => (await openCentre(log)).stop)
}

/** Answers `--help` and refuses what is not known; null means: go on. */
export function readUsage(command: string, help: string, args: string[]): number | null {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } })
    if (!values.help) return null
    process.stdout.write(help)
    return 0
  } catch (error) {
    process.stderr.write(`haidang ${command}: ${(error as Error).message}\n`)
    return 2
  }
}

/** Starts the centre as the environment says and tells where it can be reached. */
export async function openCentre(log: Logger): Promise<Centre> {
  const config = readConfig(process.env)
  if (!process.execArgv.some((option) => option.startsWith('--openssl-config'))) {
    log.warn({}, 'TLS tickets cost each connect 120 bytes: run node with --openssl-config=deploy/openssl.cnf')
  }
  const centre = await startCentre({ config, log, webFolder: WEB_FOLDER })
  const name = config.pagesHost === '127.0.0.1' ? 'localhost' : hostInUrl(config.pagesHost ?? 'localhost')
  const address = config.publicUrl?.href ?? `http://${name}:${centre.httpPort}/`
  const lines = [
    `listening http ${centre.httpPort}`,
    `listening mqtt ${centre.mqttPort}`,
    `Trang xem · page: ${address}`,
  ]
  if (centre.firstPassword !== null) {
    lines.push(
      `Đăng nhập lần đầu · first sign-in: admin / ${centre.firstPassword}  (chỉ hiện một lần · shown this once)`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  return centre
}

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** Runs `start`, waits for SIGTERM or SIGINT, then runs what `start` gave back. @returns the exit status */
export async function runUntilSignal(start: (log: Logger) => Promise<() => Promise<void>>): Promise<number> {
  const log = pino({ level: 'info', base: null }, process.stderr)
  const heard = new AbortController()
  const options = { signal: heard.signal }
  const asked = Promise.race([once(process, 'SIGTERM', options), once(process, 'SIGINT', options)])
  try {
    const stop = await start(log)
    await asked
    // From here on a second signal ends the process as usual.
    heard.abort()
    await stop()
    return 0
  } catch (error) {
    process.stderr.write(`haidang: ${(error as Error).message}\n`)
    return 1
  } finally {
    asked.catch(() => {})
    heard.abort()
  }
}
