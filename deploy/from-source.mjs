// `node --import ./deploy/from-source.mjs FILE.ts` runs the TypeScript as it stands. tsx's own entry leaves worker
// threads without the loader on Node 20; they inherit this import and so get it.
import { register } from 'tsx/esm/api'

register()
