import { formatDate, formatTime } from '../../web/format.ts'
import type { Language } from '../../web/view.ts'

/** Why a sound message changes nothing here. */
export type Reason =
  | { why: 'known' }
  | { why: 'no-area'; described: string }
  | { why: 'expired'; expires: number }
  | { why: 'past' }
  | { why: 'cancelled'; at: number }
  | { why: 'superseded'; by: number }
  | { why: 'nothing-to-cancel' }
  | { why: 'no-warning'; type: string }
  | { why: 'exercise-of-actual'; status: string }

const moment = (at: number): string => `${formatTime(at)} ${formatDate(at)}`

const REASONS: Record<Language, (reason: Reason) => string> = {
  vi(reason) {
    switch (reason.why) {
      case 'known':
        return 'Bản tin này đã được nhận trước đó.'
      case 'no-area':
        return `Không có địa bàn nào của hệ thống trong vùng cảnh báo: ${reason.described}.`
      case 'expired':
        return `Cảnh báo đã hết hiệu lực lúc ${moment(reason.expires)}.`
      case 'past':
        return 'Cảnh báo cho biết hiện tượng đã qua.'
      case 'cancelled':
        return `Cảnh báo đã bị hủy bởi bản tin phát lúc ${moment(reason.at)}.`
      case 'superseded':
        return `Đã có bản tin mới hơn, phát lúc ${moment(reason.by)}.`
      case 'nothing-to-cancel':
        return 'Bản tin hủy một cảnh báo mà hệ thống chưa từng nhận.'
      case 'no-warning':
        return `Bản tin loại ${reason.type} chỉ là trả lời, không phải cảnh báo.`
      case 'exercise-of-actual':
        return `Bản tin trạng thái ${reason.status} không thể thay đổi một cảnh báo thật.`
    }
  },
  en(reason) {
    switch (reason.why) {
      case 'known':
        return 'This message was taken before.'
      case 'no-area':
        return `None of our areas is in it: ${reason.described}.`
      case 'expired':
        return `The warning expired at ${moment(reason.expires)}.`
      case 'past':
        return 'The warning says that the event is over.'
      case 'cancelled':
        return `The warning was cancelled by a message sent at ${moment(reason.at)}.`
      case 'superseded':
        return `There is a newer message, sent at ${moment(reason.by)}.`
      case 'nothing-to-cancel':
        return 'It cancels a warning that was never taken here.'
      case 'no-warning':
        return `A message of type ${reason.type} is an answer and no warning.`
      case 'exercise-of-actual':
        return `A message of status ${reason.status} cannot change an actual warning.`
    }
  },
}

export const reasonIn = (language: Language, reason: Reason): string => REASONS[language](reason)
