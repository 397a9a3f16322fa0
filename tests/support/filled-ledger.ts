import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { encodeDelivery } from '#protocol/delivery.ts'
import { deviceId } from '#protocol/ids.ts'
import { encodeReport } from '#protocol/report.ts'
import type { Entry, Quarantined } from '../../server/ledger/entry.ts'
import { Ledger } from '../../server/ledger/ledger.ts'
import { connectedRecord, KIND, type Record } from '../../server/ledger/record.ts'
import { REPORT_VECTORS } from '../protocol/vectors.ts'

/** The bytes of a ledger's files as a crash leaves them, and what was acknowledged before it. */
export interface FilledLedger {
  file: Uint8Array
  wal: Uint8Array
  entries: readonly Entry[]
  payloads: ReadonlyMap<number, Uint8Array>
  quarantined: readonly Quarantined[]
  /** After each commit that is in the log: how long the log was, and the newest offset. */
  commits: readonly { walBytes: number; head: number }[]
}

const DEVICES = 12
const BATCHES_IN_FILE = 40
const BATCHES_IN_LOG = 30
const BATCH = 10
/** Overflows a page of the file. */
const LONG_BYTES = 9000

/** `number` tells what the record is: mostly reports, all different. */
export function recordNumber(number: number): Record {
  const device = deviceId(`D${number % DEVICES}`)
  if (number % 25 === 0) {
    const hello =
      number % 50 === 0 ? new Uint8Array(LONG_BYTES).fill(number % 251) : Uint8Array.of(number % 251, 9)
    return connectedRecord(1_800_000_000_000 + number, device, number, hello)
  }
  const { report } = REPORT_VECTORS[number % REPORT_VECTORS.length]!
  const bytes = encodeReport({ ...report, epoch: 7, seq: number, uptimeSeconds: 60 * number })
  const payload = encodeDelivery({ age: { seconds: number, basis: 'monotonic' }, report: bytes })
  return { at: 1_800_000_000_000 + number, kind: KIND.report, device, epoch: 7, seq: number, payload }
}

/** A part of it lies in the file, a part in the log. */
export async function fillLedger(folder: string): Promise<FilledLedger> {
  const path = join(folder, 'ledger.db')
  const first = new Ledger(path)
  await first.start()
  let number = 0
  const batch = async (ledger: Ledger): Promise<void> => {
    const records = Array.from({ length: BATCH }, () => recordNumber(++number))
    const item = { at: number, device: 'D1', topic: 'r', code: 'WIRE_RANGE', reason: `no ${number}` }
    await Promise.all([
      ...records.map((record) => ledger.append(record)),
      ledger.quarantine({ ...item, payload: new Uint8Array(40 + number).fill(number % 256) }),
    ])
  }
  for (let count = 0; count < BATCHES_IN_FILE; count++) await batch(first)
  await first.stop()
  // Opening moves the log into the file.
  const ledger = new Ledger(path)
  await ledger.start()
  const walBytes = () => (existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0)
  const commits = [{ walBytes: walBytes(), head: ledger.head }]
  for (let count = 0; count < BATCHES_IN_LOG; count++) {
    await batch(ledger)
    commits.push({ walBytes: walBytes(), head: ledger.head })
  }
  copyFileSync(path, `${path}.crashed`)
  copyFileSync(`${path}-wal`, `${path}.crashed-wal`)
  const entries = everyEntry((offset, limit) => ledger.read(offset, limit))
  const quarantined = ledger.quarantined(10_000)
  await ledger.stop()
  return {
    file: readFileSync(`${path}.crashed`),
    wal: readFileSync(`${path}.crashed-wal`),
    entries,
    payloads: new Map(entries.map(({ offset }) => [offset, recordNumber(offset).payload])),
    quarantined,
    commits,
  }
}

/** Everything that `read` gives, batch after batch. */
export function everyEntry(read: (offset: number, limit: number) => readonly Entry[]): Entry[] {
  const entries: Entry[] = []
  for (;;) {
    const next = read(entries.at(-1)?.offset ?? 0, 200)
    if (next.length === 0) return entries
    entries.push(...next)
  }
}
