import { join } from 'node:path'
import type { Traits } from '#protocol/traits.ts'
import { textOf } from './file.ts'

/** The operating system by os-release(5): for people, and as `debian 12`, `openwrt 23.05.3`. */
export async function systemTraits(root: string): Promise<Traits> {
  const words = parseOsRelease(
    (await textOf(join(root, 'etc/os-release'))) || (await textOf(join(root, 'usr/lib/os-release'))),
  )
  const version = words.VERSION_ID ?? words.VERSION_CODENAME
  const name = words.PRETTY_NAME ?? words.NAME
  return {
    ...(name && { os: name }),
    ...(words.ID && { os_id: [words.ID, version].filter(Boolean).join(' ') }),
  }
}

/** As a shell would read it: quotes of either kind, a backslash before what means something in them. */
export function parseOsRelease(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/^[ \t]*(\w+)=(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([^\s"']*))[ \t\r]*$/gm)].map(
      ([, name, quoted, plain, bare]) => [
        name!,
        quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? bare!.replaceAll(/\\(.)/g, '$1'),
      ],
    ),
  )
}
