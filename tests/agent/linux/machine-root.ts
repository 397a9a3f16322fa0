import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A root folder that holds these files; a name that ends in a slash is a folder, which lies where a file is expected. */
export function machineRoot(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = temporaryFolder()
  addTo(root, files)
  return root
}

export function addTo(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path)
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true })
    if (!path.endsWith('/')) writeFileSync(at, content)
  }
}
