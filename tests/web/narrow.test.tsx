import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { renderDevicePage } from '../../web/pages/device.tsx'
import { renderNowPage } from '../../web/pages/now.tsx'
import { launchBrowser, noBrowser } from '../support/chromium.ts'
import { officePc, probedRouter, unwatchedSpeaker } from '../support/sample-device-page.ts'
import { ASSETS, area, nowView, viewer } from '../support/sample-views.ts'

test.skipIf(noBrowser)(
  'no page scrolls sideways on a phone, whatever an office calls its machines',
  async () => {
    const style = transformSync(readFileSync('web/style.css', 'utf8'), { loader: 'css', minify: true }).code
    const assets = { ...ASSETS, style }
    const views = [officePc(), probedRouter(), unwatchedSpeaker()]
    const front = nowView({
      areas: [
        area(
          'C1',
          'Xã Sin Suối Hồ',
          views.map((view) => view.device),
        ),
      ],
    })
    const browser = await launchBrowser()
    onTestFinished(() => browser.close())
    for (const language of ['vi', 'en'] as const) {
      const pages = [
        renderNowPage(front, viewer({ language }), assets),
        ...views.map((view) => renderDevicePage(view, viewer({ language }), assets)),
      ]
      for (const width of [320, 360, 1280]) {
        const page = await browser.newPage({ viewport: { width, height: 740 } })
        for (const html of pages) {
          await page.setContent(html.replace(/<script[^>]*><\/script>/g, ''))
          const wide = await page.evaluate(() => document.documentElement.scrollWidth)
          expect(wide, `${language} ${width} ${html.match(/<title>[^<]*/)?.[0]}`).toBeLessThanOrEqual(width)
        }
        await page.close()
      }
    }
  },
)
