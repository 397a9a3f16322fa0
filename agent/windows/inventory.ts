import type { Traits } from '#protocol/traits.ts'
import { dateOf, numberOf, type Row, textOf } from './fields.ts'

/** What makers of boards leave in the fields that the maker of the PC should have filled. */
const PLACEHOLDER =
  /^(?:to be filled by o\.?e\.?m\.?|default string|system (?:manufacturer|product name|serial number|version)|o\.?e\.?m\.?|none|not (?:specified|available|applicable)|unknown|invalid|n\/a|empty|chassis serial number|base board serial number|type1productconfigid|[0.\-_*x ]+|(?:0?123456789a?b?c?d?e?f?))$/i

/** Lenovo's `Model` is an order number, its `Version` the name under which people know the PC. */
const NAMED_BY_VERSION = /^lenovo$/i

/** What the machine is; what Windows cannot tell is not there. */
export interface InventoryRows {
  /** Win32_ComputerSystem. */
  computer: Row | null
  /** Win32_ComputerSystemProduct. */
  product: Row | null
  /** Win32_BIOS. */
  bios: Row | null
  /** Win32_BaseBoard, of PCs that were put together in a shop. */
  board: Row | null
  /** Win32_PhysicalMemory. */
  memory: readonly Row[]
  /** MSFT_NetAdapter of hardware. */
  adapters: readonly Row[]
  /** As Node knows it: the same text as Win32_Processor's, which takes a second to ask. */
  processor: string | null
}

export function inventoryTraits(rows: InventoryRows): Traits {
  const { computer, product, bios, board, memory, adapters, processor } = rows
  const maker = word(computer, 'Manufacturer') ?? word(board, 'Manufacturer')
  const version = maker !== null && NAMED_BY_VERSION.test(maker) ? word(product, 'Version') : null
  const made = bios && dateOf(bios, 'ReleaseDate')
  const known: Record<string, string | null> = {
    maker,
    model: version ?? word(computer, 'Model') ?? word(product, 'Name') ?? word(board, 'Product'),
    serial: word(bios, 'SerialNumber') ?? word(product, 'IdentifyingNumber') ?? word(board, 'SerialNumber'),
    firmware: word(bios, 'SMBIOSBIOSVersion'),
    made: made === null ? null : new Date(made).toISOString().slice(0, 10),
    processor: processor?.replace(/\s+/g, ' ').trim() ?? null,
    memory_mib: memoryOf(memory, computer),
    interfaces: adapters
      .map(adapterLine)
      .filter((line) => line !== '')
      .join('\n'),
  }
  return Object.fromEntries(Object.entries(known).filter(([, text]) => text !== null && text !== ''))
}

function word(row: Row | null, name: string): string | null {
  const text = row && textOf(row, name)
  return text === null || PLACEHOLDER.test(text) ? null : text
}

/** What is plugged in; else what is left of it for Windows, which graphics have taken their share of. */
function memoryOf(memory: readonly Row[], computer: Row | null): string | null {
  const sizes = memory.map((row) => numberOf(row, 'Capacity') ?? 0).filter((bytes) => bytes > 0)
  const bytes =
    sizes.length > 0
      ? sizes.reduce((sum, size) => sum + size, 0)
      : numberOf(computer ?? {}, 'TotalPhysicalMemory')
  return bytes === null || bytes <= 0 ? null : String(Math.round(bytes / 2 ** 20))
}

/** Of MSFT_NetAdapter. */
const CONNECTED = 1
const CABLE = 14

/** Nothing in an office is quicker; all ones is what a driver says that does not know. */
const MOST_MEGABITS = 400_000

/**
 * `Ethernet · 1000 Mbit/s · 3c:52:82:aa:bb:cc · what it is`: the speed only of a cable with a link, as that of radio
 * changes with the weather; the address that is burnt in, as Windows may show another to each network.
 */
function adapterLine(row: Row): string {
  const address = textOf(row, 'PermanentAddress')
  const mac =
    address && /^[0-9A-F]{12}$/i.test(address) ? address.match(/../g)!.join(':').toLowerCase() : null
  const linked =
    numberOf(row, 'MediaConnectState') === CONNECTED && numberOf(row, 'NdisPhysicalMedium') === CABLE
  const megabits = linked ? Math.round((numberOf(row, 'Speed') ?? 0) / 1e6) : 0
  const speed = megabits > 0 && megabits <= MOST_MEGABITS ? `${megabits} Mbit/s` : null
  return [textOf(row, 'Name'), speed, mac, textOf(row, 'InterfaceDescription')]
    .filter((text) => text !== null)
    .join(' · ')
}
