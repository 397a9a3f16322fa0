// Runs before `npm start`, and with `--for-developers` before `npm test`.
import { prepare } from './prepare.mjs'

prepare({ forDevelopers: process.argv.includes('--for-developers') })
