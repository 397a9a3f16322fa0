import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const found = PLACES.find((place) => existsSync(place))

/** Why the browser tests cannot run here, or null. Under CI a missing browser is a failure, not a reason to skip. */
export const noBrowser: string | null =
  found || process.env.CI === 'true' ? null : 'no Chromium: apt-get install chromium'

/** A headless browser; the test that launches it closes it. */
export function launchBrowser(): Promise<Browser> {
  if (!found) throw new Error(`expected Chromium at ${PLACES.join(' or ')}: apt-get install chromium`)
  return chromium.launch({ executablePath: found, args: ['--no-sandbox', '--disable-gpu'] })
}
