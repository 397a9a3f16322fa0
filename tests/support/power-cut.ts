import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A disk of its own whose power can be cut: an ext4 image on a loop device. */
export interface Disk {
  /** A folder on it, in the place where it is mounted. */
  folder: string
  /** From here on it takes nothing, and what was not flushed is gone. */
  cut(): void
  /** The power is back. Whoever had a file open on it has to be gone. */
  restore(): void
}

const IMAGE_BYTES = 67_108_864

/** `_IOR('X', 125, __u32)`, and the flag that leaves even the file system's own log unflushed (fs/ext4/ext4.h). */
const EXT4_IOC_SHUTDOWN = '0x8004587d'
const NOLOGFLUSH = 2

/** Every Debian has perl; Node cannot do an ioctl. */
const SHUT_DOWN = `open(my $disk, "<", $ARGV[0]) or die "open: $!";
my $flags = pack("I", ${NOLOGFLUSH});
ioctl($disk, ${EXT4_IOC_SHUTDOWN}, $flags) or die "ioctl: $!";`

/** Whether tests that cut the power are to be skipped, which it says in one line; under CI they fail instead. */
export function powerCutMissing(): boolean {
  if (process.env.CI || process.getuid?.() === 0) return false
  process.stderr.write('tests that cut the power are skipped: they mount a disk, which needs root\n')
  return true
}

/** Mounted until the test ends. @throws Error when it cannot be made or mounted, with the program's words */
export function mountDisk(): Disk {
  const place = mkdtempSync(join(tmpdir(), 'haidang-disk-'))
  const mounted = join(place, 'mounted')
  let image = join(place, 'image-0')
  let cuts = 0
  const mount = () => run('mount', ['-o', 'loop', image, mounted])
  mkdirSync(mounted)
  writeFileSync(image, '')
  truncateSync(image, IMAGE_BYTES)
  // A small log and few inodes, and no work put off until later: mounting takes milliseconds.
  run('mkfs.ext4', [
    '-qF',
    '-J',
    'size=4',
    '-N',
    '1024',
    '-E',
    'lazy_itable_init=0,lazy_journal_init=0',
    image,
  ])
  mount()
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', mounted])
    rmSync(place, { recursive: true, force: true })
  })
  const folder = join(mounted, 'data')
  mkdirSync(folder)
  run('sync', ['-f', mounted])
  return {
    folder,
    cut: () => run('perl', ['-e', SHUT_DOWN, mounted]),
    restore() {
      run('umount', [mounted])
      // A copy: a mount namespace made meanwhile may hold the old mount, dead as it is, and a new mount of the same
      // image would be that one.
      const old = image
      image = join(place, `image-${++cuts}`)
      run('cp', ['--sparse=always', old, image])
      rmSync(old)
      mount()
    },
  }
}

function run(program: string, options: string[]): void {
  const { status, stderr, error } = spawnSync(program, options, { encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`${program} ${options.at(-1)}: expected status 0, got ${error ?? `${status}: ${stderr}`}`)
}
