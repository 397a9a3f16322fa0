import { booleanOf, numberOf, type Row, textOf } from './fields.ts'

/** Of MSFT_PhysicalDisk: what can be pulled out, and what is no disk. */
const BUS_USB = 7
const BUS_FILE_BACKED = 15

/** Share of the fullest volume in per cent; null without one. A locked volume tells no size. */
export function fullestPercent(volumes: readonly Row[]): number | null {
  const shares = volumes.flatMap((row) => {
    const [size, free] = [numberOf(row, 'Size'), numberOf(row, 'FreeSpace')]
    if (size === null || free === null || size <= 0 || free < 0 || free > size) return []
    return [(1 - free / size) * 100]
  })
  return shares.length > 0 ? Math.max(...shares) : null
}

/** The states of `disk_health`, from what says least to what is worst. */
const HEALTHS = ['unknown', 'good', 'worn', 'failing'] as const

export type DiskHealth = (typeof HEALTHS)[number]

/** A disk that is built in. */
export interface Disk {
  model: string
  /** Decimal, as it is sold; null when it does not say. */
  gigabytes: number | null
  kind: 'SSD' | 'HDD' | null
  health: DiskHealth
}

/** What Windows' storage knows, by MSFT_PhysicalDisk. */
export function physicalDisks(rows: readonly Row[]): Disk[] {
  return rows
    .filter((row) => ![BUS_USB, BUS_FILE_BACKED].includes(numberOf(row, 'BusType') ?? 0))
    .map((row) => ({
      model: textOf(row, 'FriendlyName') ?? '?',
      gigabytes: gigabytesOf(row),
      kind: kindOf(textOf(row, 'MediaType')),
      health: healthOf(textOf(row, 'HealthStatus')),
    }))
}

/** The older list, where there is no other: Win32_DiskDrive, whose status has the same words in every language. */
export function diskDrives(rows: readonly Row[]): Disk[] {
  return rows
    .filter((row) => textOf(row, 'InterfaceType') !== 'USB')
    .map((row) => ({
      model: textOf(row, 'Model') ?? '?',
      gigabytes: gigabytesOf(row),
      kind: null,
      health: statusHealth(textOf(row, 'Status')),
    }))
}

/**
 * As the disks are, by what they expect of themselves (SMART): which of several expects its end nobody tells.
 * @param predictions of MSStorageDriver_FailurePredictStatus, which only an administrator may ask
 */
export function withPrediction(
  disks: readonly Disk[],
  predictions: readonly Row[],
): { health: DiskHealth | null; disks: readonly Disk[] } {
  const failing = predictions.some((row) => booleanOf(row, 'PredictFailure') === true)
  const told =
    failing && disks.length === 1 ? disks.map((disk) => ({ ...disk, health: 'failing' as const })) : disks
  const worst = HEALTHS.findLast((health) => disks.some((disk) => disk.health === health)) ?? null
  return { health: failing ? 'failing' : worst, disks: told }
}

/** One a line: model · size in GB · SSD or HDD · health. */
export function disksText(disks: readonly Disk[]): string {
  return disks
    .map(({ model, gigabytes, kind, health }) =>
      [model, gigabytes === null ? null : `${gigabytes} GB`, kind, health === 'unknown' ? null : health]
        .filter((word) => word !== null)
        .join(' · '),
    )
    .join('\n')
}

function gigabytesOf(row: Row): number | null {
  const bytes = numberOf(row, 'Size')
  return bytes === null || bytes <= 0 ? null : Math.round(bytes / 1e9)
}

/** PowerShell's own module of storage makes words of the numbers, where it is loaded. */
function kindOf(type: string | null): Disk['kind'] {
  if (type === '4' || type === 'SSD') return 'SSD'
  return type === '3' || type === 'HDD' ? 'HDD' : null
}

function healthOf(status: string | null): DiskHealth {
  if (status === '0' || status === 'Healthy') return 'good'
  if (status === '1' || status === 'Warning') return 'worn'
  return status === '2' || status === 'Unhealthy' ? 'failing' : 'unknown'
}

function statusHealth(status: string | null): DiskHealth {
  if (status === 'OK') return 'good'
  if (status === 'Degraded' || status === 'Stressed') return 'worn'
  return status === 'Pred Fail' || status === 'Error' || status === 'NonRecover' ? 'failing' : 'unknown'
}
