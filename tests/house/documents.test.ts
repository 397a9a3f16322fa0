import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { METRICS } from '#protocol/metrics.ts'

const ROOT = resolve(import.meta.dirname, '../..')

test.each(['README.md', 'README.vi.md', 'ARCHITECTURE.md', 'protocol/README.md'])(
  'every path that %s names exists',
  (document) => {
    const text = readFileSync(join(ROOT, document), 'utf8')
    const named = [...text.matchAll(/`((?:protocol|agent|broker|server|web|deploy|tests)\/[\w./-]+)`/g)].map(
      ([, path]) => path!,
    )
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  },
)

test('the table of metrics in the wire specification is the one in the code', () => {
  const text = readFileSync(join(ROOT, 'protocol/README.md'), 'utf8')
  const rows = [...text.matchAll(/^\| (\d+) \| (\w+) \| [^|]+ \| ([\d.]+) \|$/gm)]
  expect(
    rows.map(([, number, name, step]) => ({ number: Number(number), name, step: Number(step) })),
  ).toEqual(METRICS.map(({ number, name, step }) => ({ number, name, step })))
})
