import { expect, test } from 'vitest'
import { ADMIN_PASSWORD, startTestCentre } from '../../support/centre.ts'

const HOUR_MS = 3600_000

/** What a browser without a script does: it gets pages and sends forms. */
async function startReader() {
  const centre = await startTestCentre()
  const body = new URLSearchParams({ name: 'admin', password: ADMIN_PASSWORD })
  const signedIn = await fetch(`${centre.address}/sign-in`, { method: 'POST', body, redirect: 'manual' })
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
  const ask = async (
    path: string,
    fields?: [string, string][],
    headers: Record<string, string> = { cookie },
  ) => {
    const form = fields && { method: 'POST', body: new URLSearchParams(fields) }
    const answer = await fetch(centre.address + path, { redirect: 'manual', headers, ...form })
    return { status: answer.status, to: answer.headers.get('location'), html: await answer.text() }
  }
  return { centre, ask }
}

/** As a `datetime-local` field sends it, on Vietnam's clocks. */
const local = (at: number) => new Date(at + 7 * HOUR_MS).toISOString().slice(0, 16)

test('a storm is switched on and off by plain forms, and the page says by whom, where and until when', async () => {
  const { ask } = await startReader()
  expect((await ask('/storms')).html).toContain('Không có cảnh báo nào đang có hiệu lực.')
  const on = await ask('/storms', [
    ['name', 'Bão số 9 <b>'],
    ['hours', '6'],
    ['areas', 'X1'],
  ])
  expect([on.status, on.to]).toEqual([303, '/storms'])
  const page = (await ask('/storms')).html
  for (const words of ['Bão số 9 &lt;b>', 'Xã Nà Tăm', 'Do admin bật', 'Nghiêm trọng', 'Bật chế độ bão']) {
    expect(page).toContain(words)
  }
  const action = /action="(\/storms\/M-[0-9a-f]{8}\/off)"/.exec(page)![1]!
  expect(await ask(action, [])).toMatchObject({ status: 303, to: '/storms' })
  const after = (await ask('/storms')).html
  expect(after).toContain('Đã tắt')
  expect(after).not.toContain('/off"')
  expect(await ask(action, [])).toMatchObject({
    status: 404,
    html: expect.stringContaining('không còn hiệu lực'),
  })
  expect((await ask('/storms?lang=en')).html).toContain('No warning is in force.')
})

test('what is wrong with a form stands above it, and what was filled in is kept', async () => {
  const { ask } = await startReader()
  const refused = await ask('/storms', [
    ['name', 'Bão số 9'],
    ['hours', '900'],
    ['areas', 'X1'],
  ])
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('Số giờ phải lớn hơn 0 và không quá 168.')
  expect(refused.html).toContain('value="Bão số 9"')
  expect(refused.html).toMatch(/value="X1" checked/)
  const cases: [string, [string, string][], string][] = [
    [
      '/storms',
      [
        ['name', ' '],
        ['hours', '6'],
        ['areas', 'X1'],
      ],
      'Ghi tên hoặc lý do',
    ],
    [
      '/storms',
      [
        ['name', 'Bão'],
        ['hours', '6'],
      ],
      'Chọn ít nhất một nơi.',
    ],
    [
      '/storms',
      [
        ['name', 'Bão'],
        ['hours', '6'],
        ['areas', 'X9'],
      ],
      'Chọn ít nhất một nơi.',
    ],
    [
      '/planned',
      [
        ['reason', 'x'],
        ['from', '2099-02-31T07:00'],
        ['to', '2099-03-04T07:00'],
        ['sites', 'S1'],
      ],
      'Giờ bắt đầu hoặc',
    ],
    [
      '/planned',
      [
        ['reason', 'x'],
        ['from', 'soon'],
        ['to', local(Date.now())],
        ['sites', 'S1'],
      ],
      'Giờ bắt đầu hoặc',
    ],
    [
      '/planned',
      [
        ['reason', 'x'],
        ['from', local(0)],
        ['to', local(1)],
        ['sites', 'S1'],
      ],
      'Giờ kết thúc phải sau',
    ],
  ]
  for (const [path, fields, words] of cases) {
    const { status, html } = await ask(path, fields)
    expect([status, html.includes(words)], words).toEqual([422, true])
  }
})

test('a cut is planned and called off by plain forms, in Vietnam time', async () => {
  const { centre, ask } = await startReader()
  const from = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS
  const fields: [string, string][] = [
    ...([
      ['cause', 'power'],
      ['reason', 'EVN sửa lưới'],
      ['areas', 'X1'],
    ] as [string, string][]),
    ...([
      ['from', local(from)],
      ['to', local(from + HOUR_MS)],
    ] as [string, string][]),
  ]
  expect(await ask('/planned', fields)).toMatchObject({ status: 303, to: '/planned' })
  const { ahead } = await centre.api<{ ahead: object[] }>('/planned')
  expect(ahead).toMatchObject([
    { from, to: from + HOUR_MS, sites: ['S1'], owner: 'admin', reason: 'EVN sửa lưới' },
  ])
  const page = (await ask('/planned')).html
  for (const words of ['EVN sửa lưới', 'Cắt điện', 'UBND xã Nà Tăm', 'Người nhập: admin', 'Bãi bỏ']) {
    expect(page).toContain(words)
  }
  expect(page).not.toContain('Nhập sau khi đã bắt đầu')
  const late = fields.map(([name, value]): [string, string] => [
    name,
    name === 'from' ? local(from - 3 * HOUR_MS) : value,
  ])
  await ask('/planned', late)
  expect((await ask('/planned')).html).toContain('Nhập sau khi đã bắt đầu')
  const action = /action="(\/planned\/P-[0-9a-f]{8}\/off)"/.exec(page)![1]!
  expect(await ask(action, [])).toMatchObject({ status: 303 })
  expect((await ask('/planned')).html).toContain('Đã bãi bỏ')
})

test('whoever is not signed in may look on this machine, and change nothing', async () => {
  const { ask } = await startReader()
  const nobody = await ask('/storms', undefined, {})
  expect(nobody.status).toBe(200)
  expect(nobody.html).toContain('Đăng nhập để thay đổi')
  expect(nobody.html).not.toContain('action="/storms"')
  const paths = ['/storms', '/storms/M-0/off', '/planned', '/planned/P-0/off']
  for (const path of paths) {
    const refused = await ask(path, [['name', 'x']], {})
    const page = path.startsWith('/storms') ? '/storms' : '/planned'
    expect([refused.status, refused.to], path).toEqual([303, `/sign-in?next=${encodeURIComponent(page)}`])
  }
})
