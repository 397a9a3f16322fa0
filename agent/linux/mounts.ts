/** A mounted file system as /proc/self/mountinfo tells it: proc_pid_mountinfo(5). */
export interface Mount {
  point: string
  /** `ext4`, `nfs4`, `tmpfs`, … */
  type: string
  /** The block device, or what else it comes from. */
  source: string
  /** `major:minor`, the same for every mount of one file system. */
  device: string
  /** Also when only the file system itself is. */
  readOnly: boolean
}

/** Lines that are none are passed over; of a point mounted twice the upper comes last. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ')
    const [, , device, , point, options] = (before ?? '').split(' ')
    const [type, source, superOptions] = (after ?? '').split(' ')
    if (!device || !point || !options || !type || source === undefined) return []
    const readOnly = [options, superOptions ?? ''].some((all) => all.split(',').includes('ro'))
    return [{ point: plain(point), type, source: plain(source), device, readOnly }]
  })
}

/** White space and backslashes stand as three octal digits. */
function plain(name: string): string {
  return name.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}

/** The mount that a folder lies in; null where none is known. */
export function mountOf(folder: string, mounts: readonly Mount[]): Mount | null {
  const over = mounts.filter(
    ({ point }) => point === '/' || folder === point || folder.startsWith(`${point}/`),
  )
  return over.reduce<Mount | null>(
    (best, mount) => (best && best.point.length > mount.point.length ? best : mount),
    null,
  )
}

/**
 * What becomes of what is written there: `disk` keeps it; `memory` loses it with the power, and may have been filled
 * from a disk (Armbian's and log2ram's /var/log); a `layered` one (overlayfs) may show each boot the same past.
 */
export function keepingOf({ type, source }: Pick<Mount, 'type' | 'source'>): 'disk' | 'memory' | 'layered' {
  if (/^(tmpfs|ramfs)$/.test(type) || /^\/dev\/(zram|ram)\d/.test(source)) return 'memory'
  return /^(overlay|aufs|unionfs)/.test(type) ? 'layered' : 'disk'
}
