import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    pool: 'forks',
    // The ledger's writer is a worker thread; it starts from TypeScript only under this loader.
    execArgv: ['--import', './deploy/from-source.mjs'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
