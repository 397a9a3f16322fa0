import { parentPort, workerData } from 'node:worker_threads'
import { isDamage } from '../sqlite/database.ts'
import { entrySum, quarantinedSum } from './checksum.ts'
import type { Quarantined } from './entry.ts'
import { emptyLog, openLedger } from './open.ts'
import type { Record } from './record.ts'
import type { Salvaged } from './salvage.ts'

/**
 * The ledger's writer thread: takes batches, commits each in one transaction, and says what became of every
 * record. It has a thread of its own because a commit waits for the disk, and nothing else may.
 */

export interface WriterData {
  path: string
  /** What a reader has found wrong with the file, which is then built anew; null to open it as it is. */
  damage: string | null
  /** No entry gets an offset up to this one: they were given out before. */
  floor: number
}

export type Write =
  | { type: 'entry'; record: Record }
  | ({ type: 'quarantine' } & Quarantined)
  /** No entry gets an offset up to this one. */
  | { type: 'reserve'; offset: number }

/** `offset` is null where nothing was added: a report that the ledger had already. */
export type Written = { offset: number | null } | { refused: string }

export type WriterMessage =
  | { type: 'ready'; head: number; quarantinedLost: number; salvaged: Salvaged | null }
  | { type: 'committed'; results: Written[]; head: number }
  /** `damaged`: not for the disk's reasons, but for what stands in the file. */
  | { type: 'failed'; error: string; damaged: boolean }

/**
 * A newer agent at an older centre sends 96 reports a day that wait here for the update: room for 200 days of them.
 * Beyond that a device is kept waiting, with the rest in its own journal.
 */
const MAX_QUARANTINED_PER_DEVICE = 20_000

/** By an entry that the search for the newest one has not found. */
const OFFSET_TAKEN = /UNIQUE constraint failed: (entry\.offset|gap\.first)/

const port = parentPort!
const { path, damage, floor } = workerData as WriterData
/** In `quarantined` a transaction that fails leaves the count a little high. */
const { database, quarantined, quarantinedLost, salvaged, ...opened } = openLedger(path, damage)
let head = opened.head
/** A commit has failed and may have left frames in the log that no transaction has. */
let hasLeftovers = false

function write(item: Write, next: number): Written {
  switch (item.type) {
    case 'entry': {
      const { at, kind, device, epoch, seq, payload } = item.record
      const added = database.run(
        `INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (device, epoch, seq) WHERE kind IN (4, 6) DO NOTHING`,
        next,
        at,
        kind,
        device,
        epoch,
        seq,
        payload,
        entrySum(next, item.record),
      )
      return { offset: added === 1 ? next : null }
    }
    case 'quarantine': {
      const held = quarantined.get(item.device) ?? 0
      if (held >= MAX_QUARANTINED_PER_DEVICE) {
        return { refused: `quarantine of ${item.device} holds ${held} already, expected fewer than that` }
      }
      database.run(
        `INSERT INTO quarantine (at, device, topic, code, reason, payload, crc) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        item.at,
        item.device,
        item.topic,
        item.code,
        item.reason,
        item.payload,
        quarantinedSum(item),
      )
      quarantined.set(item.device, held + 1)
      return { offset: null }
    }
    case 'reserve': {
      if (item.offset < next) return { offset: null }
      database.run('INSERT INTO gap VALUES (?, ?)', next, item.offset)
      return { offset: item.offset }
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
    if (hasLeftovers) emptyLog(database)
    hasLeftovers = false
    return { type: 'committed', results, head }
  } catch (error) {
    hasLeftovers = true
    const { message } = error as Error
    return { type: 'failed', error: message, damaged: isDamage(error) || OFFSET_TAKEN.test(message) }
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
const reserved = commit([{ type: 'reserve', offset: floor }])
if (reserved.type === 'failed') throw new Error(`ledger ${path}: not on disk: ${reserved.error}`)
port.postMessage({ type: 'ready', head, quarantinedLost, salvaged } satisfies WriterMessage)
