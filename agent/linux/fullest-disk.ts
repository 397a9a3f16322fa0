import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector } from '../collect/collector.ts'
import { diskPercent } from '../collect/disk.ts'
import { bytesOf } from './file.ts'
import { type Mount, parseMounts } from './mounts.ts'

/**
 * File systems on a disk of this machine. A network's are not asked, as one whose server is away holds a thread for
 * ever, nor those of a program (FUSE). FAT is a boot partition, full as it was made, or a stick.
 */
const LOCAL = /^(ext[234]|xfs|btrfs|bcachefs|zfs|jfs|reiserfs|f2fs|ubifs|jffs2|nilfs2|ntfs3)$/

/** A server of containers mounts the same few again and again; more than these are not of an office. */
const MOST = 32
/** What fills a disk takes hours to; a log gone wild takes minutes. */
const EVERY_SECONDS = 600

/** One mount of each local file system that can be written to. An overlay's own disk is mounted beside it. */
export function localDisks(mounts: readonly Mount[]): Mount[] {
  const writable = mounts.filter(({ type, readOnly }) => LOCAL.test(type) && !readOnly)
  const byFileSystem = new Map(writable.toReversed().map((mount) => [fileSystemOf(mount), mount]))
  return [...byFileSystem.values()].slice(0, MOST)
}

/** Volumes of btrfs and zfs have a number each, and share the room of the source. */
function fileSystemOf({ type, source, device }: Mount): string {
  if (type === 'btrfs') return source
  return type === 'zfs' ? source.split('/')[0]! : device
}

/** How full the fullest local file system is; nothing where there is none. */
export function createFullestDiskCollector(root = '/'): Collector {
  return {
    name: 'fullest disk',
    everySeconds: EVERY_SECONDS,
    async read() {
      const mountinfo = (await bytesOf(join(root, 'proc/self/mountinfo'))).toString('utf8')
      const fills = await Promise.all(
        localDisks(parseMounts(mountinfo)).map(({ point }) =>
          statfs(join(root, point)).then(diskPercent, () => null),
        ),
      )
      const known = fills.filter((fill) => fill !== null)
      return known.length > 0 ? { fullest_disk_percent: Math.max(...known) } : {}
    },
  }
}
