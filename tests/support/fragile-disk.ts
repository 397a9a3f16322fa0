import type { Disk, DiskFile } from '../../agent/journal/disk.ts'

interface Write {
  position: number
  bytes: Uint8Array
}

interface Inode {
  /** What a power cut leaves for certain. */
  durable: Uint8Array
  /** Writes and truncations (to so many bytes) since the last sync. */
  pending: (Write | number)[]
}

/** A new name, a name that goes, or both in one: a rename is never seen half done. */
interface NameChange {
  to?: { name: string; inode: Inode }
  gone?: string
}

/**
 * A disk as it is without mercy: what was not synced is lost, kept or torn in any mixture at a power cut, and of
 * the changes of names since their last sync any first part is kept. The cut comes in the middle of an operation.
 */
export class FragileDisk implements Disk {
  readonly folder = 'a fragile disk'
  readonly #random: () => number
  #durableNames = new Map<string, Inode>()
  #nameChanges: NameChange[] = []
  /** Operations until one fails. */
  #sound = Number.POSITIVE_INFINITY
  /** Operations until the power is cut. */
  #left = Number.POSITIVE_INFINITY

  constructor(random: () => number) {
    this.#random = random
  }

  /** The power goes during the n-th operation from now on; 1 is the next. */
  cutDuring(operation: number): void {
    this.#left = operation
  }

  /** The n-th operation from now on fails, and the next are sound again; a write that fails leaves a part of itself. */
  failDuring(operation: number): void {
    this.#sound = operation
  }

  /** Whether the failure that was asked for has been. */
  get hasFailed(): boolean {
    return this.#sound <= 0
  }

  get isDark(): boolean {
    return this.#left <= 0
  }

  /** The power comes back, on what the cut has left. */
  powerOn(): void {
    const kept = Math.floor(this.#random() * (this.#nameChanges.length + 1))
    this.#durableNames = applyNames(this.#durableNames, this.#nameChanges.slice(0, kept))
    this.#nameChanges = []
    for (const inode of this.#durableNames.values()) {
      inode.durable = apply(
        inode.durable,
        inode.pending.flatMap((change) => this.#whatIsLeft(change)),
      )
      inode.pending = []
    }
    this.#left = Number.POSITIVE_INFINITY
  }

  /** What a file holds for who reads it now. */
  contents(name: string): Uint8Array {
    const inode = this.#names().get(name)
    if (!inode) throw new Error(`ENOENT: ${name}`)
    return apply(inode.durable, inode.pending)
  }

  /** Puts other bytes into a file that lies still. */
  damage(name: string, bytes: Uint8Array): void {
    const inode = this.#names().get(name)!
    Object.assign(inode, { durable: bytes, pending: [] })
  }

  get bytes(): number {
    return [...this.#names().keys()].reduce((sum, name) => sum + this.contents(name).length, 0)
  }

  async names(): Promise<string[]> {
    this.#live()
    return [...this.#names().keys()]
  }

  async read(name: string): Promise<Uint8Array> {
    this.#live()
    return this.contents(name)
  }

  async open(name: string): Promise<DiskFile> {
    this.#live()
    if (!this.#names().has(name)) {
      this.#change({ to: { name, inode: { durable: new Uint8Array(), pending: [] } } })
    }
    const inode = this.#names().get(name)!
    return {
      write: async (bytes, position) =>
        this.#operate(
          () => inode.pending.push({ position, bytes: Uint8Array.from(bytes) }),
          () => inode.pending.push({ position, bytes: bytes.slice(0, bytes.length >> 1) }),
        ),
      truncate: async (bytes) => this.#operate(() => inode.pending.push(bytes)),
      sync: async () =>
        this.#operate(() => {
          // In the dark it may still have got that far.
          if (this.isDark) return
          inode.durable = apply(inode.durable, inode.pending)
          inode.pending = []
        }),
      close: async () => {},
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const inode = this.#names().get(from)!
    this.#change({ to: { name: to, inode }, gone: from })
  }

  async remove(name: string): Promise<void> {
    if (!this.#names().has(name)) throw new Error(`ENOENT: ${name}`)
    this.#change({ gone: name })
  }

  async syncNames(): Promise<void> {
    this.#operate(() => {
      if (this.isDark) return
      this.#durableNames = this.#names()
      this.#nameChanges = []
    })
  }

  #change(change: NameChange): void {
    this.#operate(() => this.#nameChanges.push(change))
  }

  #names(): Map<string, Inode> {
    return applyNames(this.#durableNames, this.#nameChanges)
  }

  #live(): void {
    if (this.isDark) throw new Error('the power is cut')
  }

  #operate(operation: () => unknown, half: () => unknown = () => {}): void {
    this.#live()
    if (--this.#sound === 0) {
      half()
      throw new Error('EIO: i/o error')
    }
    this.#left--
    operation()
    this.#live()
  }

  #whatIsLeft(change: Write | number): (Write | number)[] {
    const luck = this.#random()
    if (luck < 1 / 3) return []
    if (typeof change === 'number' || luck < 2 / 3) return [change]
    const torn = Math.floor(this.#random() * change.bytes.length)
    return [{ ...change, bytes: change.bytes.subarray(0, torn) }]
  }
}

function apply(before: Uint8Array, changes: readonly (Write | number)[]): Uint8Array {
  let bytes = before
  for (const change of changes) {
    const end = typeof change === 'number' ? change : change.position + change.bytes.length
    const grown = new Uint8Array(typeof change === 'number' ? end : Math.max(bytes.length, end))
    grown.set(bytes.subarray(0, grown.length))
    if (typeof change !== 'number') grown.set(change.bytes, change.position)
    bytes = grown
  }
  return bytes
}

function applyNames(before: ReadonlyMap<string, Inode>, changes: readonly NameChange[]): Map<string, Inode> {
  const names = new Map(before)
  for (const { to, gone } of changes) {
    if (to) names.set(to.name, to.inode)
    if (gone) names.delete(gone)
  }
  return names
}
