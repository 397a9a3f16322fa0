import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { metricsDocument } from '../../deploy/metrics-document.ts'

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

test('the table of metrics for people is made of the one in the code: npm run docs:metrics', () => {
  expect(readFileSync(join(ROOT, 'protocol/METRICS.md'), 'utf8')).toBe(metricsDocument())
})
