import { expect, onTestFinished, test } from 'vitest'
import { agentFolder, startAgentProcess } from '../support/agent-process.ts'
import { ADMIN_PASSWORD, startTestCentre } from '../support/centre.ts'
import { launchBrowser, noBrowser } from '../support/chromium.ts'
import { QUICK_RULES } from '../support/quick-rules.ts'

if (noBrowser) process.stderr.write(`tests in a browser are skipped: ${noBrowser}\n`)

test.skipIf(noBrowser)(
  'a page that stays open tells the whole story: a reading, silence, an incident, the return',
  { timeout: 60_000 },
  async () => {
    const centre = await startTestCentre({}, QUICK_RULES)
    const folder = await agentFolder(centre, 'R1')
    const browser = await launchBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    await page.goto(centre.address)
    const loaded = await page.evaluate(() => performance.timeOrigin)
    const row = page.locator('#d-R1')
    await row.getByText('Mới').waitFor()

    const agent = startAgentProcess(folder)
    await row.getByText('Hoạt động').waitFor()
    await row
      .getByText(/^\d+%$/)
      .first()
      .waitFor()

    await agent.end('SIGKILL')
    await row.getByText('Chậm tin').waitFor()
    await row.getByText('Mất kết nối').waitFor()
    await page.locator('#incidents').getByText('Chưa ai nhận').waitFor()
    await page.locator('#summary').getByText('1 thiết bị mất kết nối').waitFor()

    startAgentProcess(folder)
    await row.getByText('Hoạt động').waitFor()
    await page.locator('#incidents').getByText('Đã khôi phục trong 24 giờ').waitFor()

    expect(await page.evaluate(() => performance.timeOrigin), 'the page was never loaded again').toBe(loaded)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await page.getByRole('link', { name: 'English' }).click()
    await page.locator('#d-R1').getByText('Online').waitFor()
    expect(faults).toEqual([])
  },
)

test.skipIf(noBrowser)(
  'once the pages are public, a browser signs in, reads, and signs out',
  { timeout: 60_000 },
  async () => {
    const centre = await startTestCentre({
      HAIDANG_PUBLIC_URL: 'http://127.0.0.1',
      HAIDANG_BIND: '127.0.0.1',
    })
    await centre.enrol('R1')
    const browser = await launchBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
    await page.goto(`${centre.address}/devices/R1`)
    await page.getByLabel('Tên đăng nhập').fill('admin')
    await page.getByLabel('Mật khẩu').fill('sai mật khẩu')
    await page.getByRole('button', { name: 'Đăng nhập' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Tên đăng nhập').fill('admin')
    await page.getByLabel('Mật khẩu').fill(ADMIN_PASSWORD)
    await page.getByLabel('Mật khẩu').press('Enter')
    await page.getByRole('heading', { name: 'R1' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/devices/R1')
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await page.getByLabel('Mật khẩu').waitFor()
  },
)
