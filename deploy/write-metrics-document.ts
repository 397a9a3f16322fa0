import { writeFileSync } from 'node:fs'
import { metricsDocument } from './metrics-document.ts'

writeFileSync(new URL('../protocol/METRICS.md', import.meta.url), metricsDocument())
