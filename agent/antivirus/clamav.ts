import { open } from 'node:fs/promises'
import { createConnection, type NetConnectOpts } from 'node:net'
import { join } from 'node:path'

/** What of clamd.conf (man 5 clamd.conf) tells where the daemon listens and where its signatures are. */
export interface ClamdConfig {
  socket: string | null
  tcp: { host: string; port: number } | null
  databaseFolder: string
}

/** As Debian sets it, and upstream at /usr/local/share/clamav when built by hand. */
const DATABASE_FOLDER = '/var/lib/clamav'

/** Lines of `Option value`; of an option given twice the last counts, what is not known is passed over. */
export function parseClamdConfig(text: string): ClamdConfig {
  const options = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z]\w*)\s+"?([^"\r]*?)"?\s*$/.exec(line)
    if (match) options.set(match[1]!, match[2]!)
  }
  const port = Number(options.get('TCPSocket'))
  const listens = Number.isInteger(port) && port > 0 && port < 65_536
  return {
    socket: options.get('LocalSocket') || null,
    tcp: listens ? { host: callable(options.get('TCPAddr')), port } : null,
    databaseFolder: options.get('DatabaseDirectory') || DATABASE_FOLDER,
  }
}

/** Who listens on every address is called on this machine's own. */
function callable(address: string | undefined): string {
  if (!address || address === '0.0.0.0') return '127.0.0.1'
  return address === '::' ? '::1' : address
}

/** The header is padded with blanks to this; behind it comes a compressed archive. */
const HEADER_BYTES = 512

/**
 * When a ClamAV database was made, ms since 1970, by its header: `ClamAV-VDB:build time:version:signatures:level:MD5:
 * digital signature:builder:build time in seconds`. Null for anything else.
 */
export function parseDatabaseHeader(bytes: Uint8Array): number | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER_BYTES)).toString(
    'latin1',
  )
  const [magic, built = '', , , , , , , seconds = ''] = text.split(':')
  if (magic !== 'ClamAV-VDB') return null
  if (/^\d{1,11}\s*$/.test(seconds)) return Number(seconds) * 1000
  // Headers of before 2004 end with the builder: `07 Mar 2017 08-02 -0500`.
  const match = /^(\d{1,2} [A-Z][a-z]{2} \d{4}) (\d\d)-(\d\d) ([+-]\d{4})$/.exec(built.trim())
  const ms = match ? Date.parse(`${match[1]} ${match[2]}:${match[3]} ${match[4]}`) : Number.NaN
  return Number.isFinite(ms) ? ms : null
}

/** Renewed daily, as whole files or as patched ones; the rest changes once in months. */
const DAILY = ['daily.cld', 'daily.cvd']
const MAIN = ['main.cld', 'main.cvd']

/** What the official signatures in a folder say of their age: the newest daily ones, or without any the main ones. */
export async function lookAtDatabase(
  folder: string,
): Promise<{ database: 'dated' | 'absent' | 'unreadable'; madeMs: number | null }> {
  for (const names of [DAILY, MAIN]) {
    const headers = await Promise.all(names.map((name) => headerOf(join(folder, name))))
    const found = headers.filter((header) => header !== null)
    if (found.length === 0) continue
    const made = found.map(parseDatabaseHeader).filter((ms) => ms !== null)
    if (made.length === 0) return { database: 'unreadable', madeMs: null }
    return { database: 'dated', madeMs: Math.max(...made) }
  }
  return { database: 'absent', madeMs: null }
}

/** Null: there is no such file. One that we may not read is there all the same, and tells nothing. */
async function headerOf(path: string): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(HEADER_BYTES)
  try {
    const handle = await open(path, 'r')
    try {
      const { bytesRead } = await handle.read(bytes, 0, HEADER_BYTES, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : new Uint8Array()
  }
}

/** The daemon answers at once, but while it loads its signatures, up to minutes, it only takes calls. */
const ANSWER_MS = 3000
const PING = 'zPING\0'
const PONG = 'PONG'

/**
 * Calls a clamd and waits for its answer to PING (man 8 clamd). Never rejects.
 * @returns `stopped` when nobody takes the call
 */
export async function pingClamd(
  where: { path: string } | { host: string; port: number },
  signal?: AbortSignal,
  withinMs = ANSWER_MS,
): Promise<'answers' | 'silent' | 'stopped'> {
  const options: NetConnectOpts = where
  return new Promise((resolve) => {
    const socket = createConnection(options)
    let connected = false
    let heard = ''
    const end = (result: 'answers' | 'silent' | 'stopped'): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', over)
      socket.destroy()
      resolve(result)
    }
    const over = (): void => end(connected ? 'silent' : 'stopped')
    const timer = setTimeout(over, withinMs)
    signal?.addEventListener('abort', over)
    socket.on('connect', () => {
      connected = true
      socket.write(PING)
    })
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      if (heard.startsWith(PONG)) end('answers')
      else if (heard.length >= PONG.length) end('silent')
    })
    socket.on('error', over)
    socket.on('close', over)
    if (signal?.aborted) over()
  })
}
