// Nothing but Node: installs the packages when the lock is newer than what is installed, and builds dist/ when a
// source is newer than what is built.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const WANTED = [20, 19]

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function newestUnder(folder) {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? newestUnder(path) : modified(path)
  })
  return Math.max(0, ...times)
}

function run(what, command, args) {
  console.error(`haidang: ${what}`)
  // What they print is for a terminal, not for whoever reads a command's output.
  const stdio = ['inherit', process.stderr.fd, 'inherit']
  const { status } = spawnSync(command, args, { cwd: root, stdio, shell: process.platform === 'win32' })
  if (status !== 0) {
    console.error(`haidang: ${what}: expected it to succeed, got exit status ${status}`)
    process.exit(1)
  }
}

/**
 * Makes `dist/haidang.js` what the sources say.
 * @param {{ forDevelopers: boolean }} options whether the tools for tests are wanted too: ten times the bytes
 */
export function prepare({ forDevelopers }) {
  const version = process.versions.node.split('.').map(Number)
  if (version[0] < WANTED[0] || (version[0] === WANTED[0] && version[1] < WANTED[1])) {
    console.error(`haidang: expected Node ${WANTED.join('.')} or newer, got ${process.versions.node}`)
    process.exit(1)
  }

  const installed = modified(join(root, 'node_modules/.package-lock.json'))
  const toolsMissing = forDevelopers && !existsSync(join(root, 'node_modules/vitest'))
  if (installed < modified(join(root, 'package-lock.json')) || toolsMissing) {
    // By the lock, and not `npm ci`: that refuses a lock in which the optional parts for other systems are missing,
    // and a registry's mirror may not have them.
    const quietly = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    run('installing packages', 'npm', ['install', ...quietly, ...(forDevelopers ? [] : ['--omit=dev'])])
  }

  const folders = ['protocol', 'agent', 'broker', 'server', 'web', 'deploy'].map((folder) =>
    join(root, folder),
  )
  const newestSource = Math.max(modified(join(root, 'haidang.ts')), ...folders.map(newestUnder))
  if (modified(join(root, 'dist/haidang.js')) < newestSource) {
    run('building', process.execPath, [join(root, 'deploy/build.mjs')])
  }
}
