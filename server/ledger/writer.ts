import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../sqlite/database.ts'
import type { Quarantined } from './entry.ts'
import type { Record } from './record.ts'
import { LEDGER_MIGRATIONS } from './schema.ts'

/**
 * The ledger's writer thread: takes batches, commits each in one transaction, and says what became of every
 * record. It has a thread of its own because a commit waits for the disk, and nothing else may.
 */

export type Write = { type: 'entry'; record: Record } | ({ type: 'quarantine' } & Quarantined)

/** `offset` is null where nothing was added: a report that the ledger had already. */
export type Written = { offset: number | null } | { refused: string }

export type WriterMessage =
  | { type: 'ready'; head: number }
  | { type: 'committed'; results: Written[]; head: number }
  | { type: 'failed'; error: string }

/**
 * A newer agent at an older centre sends 96 reports a day that wait here for the update: room for 200 days of them.
 * Beyond that a device is kept waiting, with the rest in its own journal.
 */
const MAX_QUARANTINED_PER_DEVICE = 20_000

const port = parentPort!
const database = openDatabase((workerData as { path: string }).path, { migrations: LEDGER_MIGRATIONS })
let head = database.get<{ head: number | null }>('SELECT max("offset") AS head FROM entry')!.head ?? 0

/** How many messages each device has in quarantine; a transaction that fails leaves it a little high. */
const quarantined = new Map(
  database
    .all<{ device: string; held: number }>('SELECT device, count(*) AS held FROM quarantine GROUP BY device')
    .map(({ device, held }) => [device, held]),
)

function write(item: Write, next: number): Written {
  switch (item.type) {
    case 'entry': {
      const { at, kind, device, epoch, seq, payload } = item.record
      const added = database.run(
        `INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (device, epoch, seq) WHERE kind IN (4, 6) DO NOTHING`,
        next,
        at,
        kind,
        device,
        epoch,
        seq,
        payload,
      )
      return { offset: added === 1 ? next : null }
    }
    case 'quarantine': {
      const held = quarantined.get(item.device) ?? 0
      if (held >= MAX_QUARANTINED_PER_DEVICE) {
        return { refused: `quarantine of ${item.device} holds ${held} already, expected fewer than that` }
      }
      database.run(
        'INSERT INTO quarantine (at, device, topic, code, reason, payload) VALUES (?, ?, ?, ?, ?, ?)',
        item.at,
        item.device,
        item.topic,
        item.code,
        item.reason,
        item.payload,
      )
      quarantined.set(item.device, held + 1)
      return { offset: null }
    }
  }
}

function commit(batch: readonly Write[]): WriterMessage {
  try {
    let next = head
    const results = database.transaction(() =>
      batch.map((item) => {
        const result = write(item, next + 1)
        if ('offset' in result && result.offset !== null) next = result.offset
        return result
      }),
    )
    head = next
    return { type: 'committed', results, head }
  } catch (error) {
    return { type: 'failed', error: (error as Error).message }
  }
}

port.on('message', (message: readonly Write[] | 'close') => {
  if (message === 'close') {
    database.close()
    port.close()
  } else {
    port.postMessage(commit(message))
  }
})
port.postMessage({ type: 'ready', head } satisfies WriterMessage)
