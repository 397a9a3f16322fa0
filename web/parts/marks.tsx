import type { DeviceView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'

/** A row has room for so many; the device's own page says all. */
const IN_A_ROW = 3

interface Props {
  device: Pick<DeviceView, 'marks'>
  language: Language
  all?: boolean
}

/** What needs care, a short word each: "Diệt virus tắt · Hết hỗ trợ · Chờ khởi động lại +1". */
export function Marks({ device: { marks }, language, all = false }: Props) {
  if (marks.length === 0) return null
  const words = deviceWordsOf(language)
  const shown = all ? marks : marks.slice(0, IN_A_ROW)
  const more = marks.length - shown.length
  return (
    <small class="m">
      {shown.map(({ name, count }) => words.mark[name](count ?? 0)).join(' · ')}
      {more > 0 && ` +${more}`}
    </small>
  )
}
