#!/usr/bin/env node
// `npx haidang`: the command line, prepared when it is called for the first time.
import { prepare } from './prepare.mjs'

prepare({ forDevelopers: false })
await import('../dist/haidang.js')
