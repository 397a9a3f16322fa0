import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type PackedFile, pack } from './compress.ts'

/** What the browser gets beside the pages. */
export interface BrowserFiles {
  style: string
  script: PackedFile
  /** Changes with either file: in the script's address, so that it may be kept for ever. */
  version: string
}

/** @throws Error naming the folder when the browser's files have not been built */
export async function loadBrowserFiles(folder: URL): Promise<BrowserFiles> {
  try {
    const script = await readFile(new URL('live.js', folder))
    const style = await readFile(new URL('style.css', folder), 'utf8')
    const version = createHash('sha256').update(script).update(style).digest('hex').slice(0, 8)
    return { style, script: pack(script), version }
  } catch (cause) {
    throw new Error(
      `browser files: expected live.js and style.css in ${folder.pathname}, run "npm run build"`,
      { cause },
    )
  }
}
