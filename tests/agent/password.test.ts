import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { askPassword } from '../../agent/password.ts'

/** An input, and what was written for a person to see. */
function desk() {
  const input = new PassThrough()
  const output = new PassThrough({ encoding: 'utf8' })
  return { input, output, shown: () => (output.read() as string | null) ?? '' }
}

test('the password is a line of the input, ended or not', async () => {
  for (const text of ['mật khẩu\n', 'mật khẩu\r\nmore\n', 'mật khẩu']) {
    const { input, output } = desk()
    input.end(text)
    expect(await askPassword('? ', input, output)).toBe('mật khẩu')
  }
})

test('an input that ends without a line is told', async () => {
  const { input, output } = desk()
  input.end()
  await expect(askPassword('? ', input, output)).rejects.toThrow(
    'expected the password on standard input, got its end',
  )
})

test('at a terminal nothing of it is shown', async () => {
  const { input, output, shown } = desk()
  const modes: boolean[] = []
  const terminal = Object.assign(input, { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) })
  const asked = askPassword('? ', terminal, output)
  expect(modes, 'the terminal itself shows nothing').toEqual([true])
  input.write('bí mạt\u007f\u007fật\r')
  expect(await asked).toBe('bí mật')
  expect(shown()).toBe('? \n')
  expect(modes, 'it is given back as it was').toEqual([true, false])
})
