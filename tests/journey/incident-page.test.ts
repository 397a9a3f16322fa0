import { expect, onTestFinished, test } from 'vitest'
import { agentFolder, startAgentProcess } from '../support/agent-process.ts'
import { ADMIN_PASSWORD, startTestCentre } from '../support/centre.ts'
import { launchBrowser, noBrowser } from '../support/chromium.ts'
import { QUICK_RULES } from '../support/quick-rules.ts'

if (noBrowser) process.stderr.write(`tests in a browser are skipped: ${noBrowser}\n`)

test.skipIf(noBrowser)(
  'an incident is read, taken on without a script, and whoever else has its page open sees it at once',
  { timeout: 60_000 },
  async () => {
    const centre = await startTestCentre({}, QUICK_RULES)
    const agent = startAgentProcess(await agentFolder(centre, 'R1'))
    const browser = await launchBrowser()
    onTestFinished(() => browser.close())
    const open = await browser.newPage({ viewport: { width: 360, height: 740 } })
    await open.goto(centre.address)
    await open.locator('#d-R1').getByText('Hoạt động').waitFor()
    await agent.end('SIGKILL')
    await open.locator('.incident a[href="/incidents/I1"]').click()
    await open.getByRole('heading', { name: 'Vì sao' }).waitFor()
    const text = await open.textContent('main')
    for (const part of ['Mất kết nối', 'Chưa ai nhận', 'Cần làm', 'Diễn biến', 'Mở sự cố', 'R1', 'Báo tin']) {
      expect(text).toContain(part)
    }

    const context = await browser.newContext({ javaScriptEnabled: false })
    const reader = await context.newPage()
    await reader.goto(`${centre.address}/incidents/I1`)
    await reader.getByRole('link', { name: 'Đăng nhập để nhận xử lý' }).click()
    await reader.fill('[name=name]', 'admin')
    await reader.fill('[name=password]', ADMIN_PASSWORD)
    await reader.click('form.sign-in button')
    await reader.getByRole('button', { name: 'Nhận xử lý' }).click()
    await reader.waitForURL('**/incidents/I1')
    expect(await reader.textContent('main')).toContain('admin đang xử lý')
    expect(await reader.textContent('.timeline')).toContain('admin nhận xử lý')

    await open.locator('header').getByText('admin đang xử lý').waitFor()
    await open.locator('.timeline').getByText('admin nhận xử lý').waitFor()
    const lost = await reader.goto(`${centre.address}/incidents/I99`)
    expect(lost?.status()).toBe(404)
    expect(await reader.textContent('main')).toContain('Không tìm thấy trang này')
  },
)
