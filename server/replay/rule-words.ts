import type { Rules } from '../incidents/rules.ts'

/** What each rule decides, for whoever writes a file of them: seconds, shares from 0 to 1, and counts. */
export const RULE_WORDS: Record<keyof Rules, { vi: string; en: string }> = {
  holdDownWiredSeconds: {
    vi: 'chờ bao lâu mới coi thiết bị dùng đường dây cố định là mất kết nối',
    en: 'how long a device on a wired line may stay away before it counts as offline',
  },
  holdDownCellSeconds: {
    vi: 'như trên, với thiết bị dùng mạng di động',
    en: 'the same on a mobile network',
  },
  holdDownSocketExtraSeconds: {
    vi: 'chờ thêm khi kết nối đóng bình thường: có thể máy đang khởi động lại',
    en: 'added when the connection was closed in order: it may be restarting',
  },
  holdDownRestartSeconds: {
    vi: 'báo khởi động lại mà quá lâu chưa trở lại thì coi là treo',
    en: 'one that said it restarts and is not back after so long hangs',
  },
  holdDownLearnedMaxSeconds: {
    vi: 'chờ lâu nhất với thiết bị di động thường tự trở lại',
    en: 'the longest wait for a mobile device that often comes back by itself',
  },
  staleGraceSeconds: {
    vi: 'sau khi trung tâm ngừng: bấy lâu chưa kết luận thiết bị nào mất',
    en: 'after the centre was away: so long silence says nothing',
  },
  holdDownPowerSeconds: {
    vi: 'chạy pin bấy lâu thì coi là mất điện',
    en: 'mains gone for so long will not come back by itself',
  },
  slackSeconds: {
    vi: 'sai số thời điểm mất khi xét hai thiết bị có mất cùng lúc không',
    en: 'by how much losses may miss each other and still share a cause',
  },
  lateMemberSeconds: {
    vi: 'mất muộn hơn trong bấy lâu vẫn có thể thuộc cùng sự cố',
    en: 'what is lost so much later may still belong to the incident',
  },
  batteryDeathAfterSeconds: {
    vi: 'mất điện bấy lâu thì thiết bị mất thêm được coi là hết pin',
    en: 'so long after the power, what dies has run out of battery',
  },
  releaseSeconds: {
    vi: 'trở lại bấy lâu thì lần mất sau là sự cố mới',
    en: 'a member that is back for so long: its next loss is a new one',
  },
  recoverySeconds: {
    vi: 'ổn định bấy lâu mới coi là đã khôi phục',
    en: 'how long it must have been well before it is resolved',
  },
  recoveredShare: {
    vi: 'tỷ lệ thiết bị phải trở lại để coi là khôi phục',
    en: 'the share that must be back for that',
  },
  residualSeconds: {
    vi: 'sau khi hết sự cố bấy lâu, thiết bị còn thiếu thành sự cố riêng',
    en: 'so long after the end, who is still missing is a fault of its own',
  },
  reopenSeconds: {
    vi: 'mất lại trong bấy lâu thì vẫn là việc cũ',
    en: 'a device lost again within this is the same case',
  },
  flappingTimes: {
    vi: 'mất bấy nhiêu lần thì coi là chập chờn',
    en: 'so many losses of one device are flapping',
  },
  flappingDrops: {
    vi: 'như trên, với những lần mất tự trở lại mà không báo',
    en: 'the same for losses that it recovered from by itself, unnoticed',
  },
  flappingDeadSeconds: {
    vi: 'thiết bị chập chờn mất bấy lâu thì coi là hỏng hẳn, báo lại',
    en: 'an unstable device that is away for so long has died, and is told again',
  },
  flappingSeconds: { vi: '… trong bấy lâu', en: '… within so long' },
  platformShare: {
    vi: 'tỷ lệ thiết bị cùng mất khiến trung tâm nghi chính mình trước',
    en: 'when such a share of all vanishes the centre doubts itself',
  },
  platformWindowSeconds: { vi: '… trong bấy lâu', en: '… within so long' },
  platformHoldDownSeconds: {
    vi: 'trung tâm ngừng bấy lâu thì báo',
    en: 'the centre was away for so long: people are told',
  },
  ispAreas: {
    vi: 'đường của một nhà mạng hỏng ở bấy nhiêu địa bàn thì do nhà mạng',
    en: 'the lines of an ISP fail in so many areas',
  },
  ispShare: {
    vi: '… và bấy nhiêu phần số điểm của nhà mạng ở đó bị mất',
    en: '… and this share of its sites there is gone',
  },
  areaSites: {
    vi: 'bấy nhiêu điểm của một địa bàn mất cùng lúc là một nguyên nhân',
    en: 'so many sites of one area lost at once have one cause',
  },
  islandShare: {
    vi: 'tỷ lệ điểm trên đảo bị mất để kết luận do đường ra đảo',
    en: 'an island’s link is at fault when this share of its sites is gone',
  },
  cellDevices: {
    vi: 'trạm di động hỏng khi bấy nhiêu thiết bị của nó mất',
    en: 'a cell is at fault when so many of its devices are gone',
  },
  cellShare: { vi: '… và bấy nhiêu phần của trạm', en: '… and this share of them' },
  plannedMarginSeconds: {
    vi: 'trước và sau lịch cắt bấy lâu vẫn tính là theo lịch',
    en: 'around an announced cut, on both sides, a loss is part of it',
  },
  plannedOverrunSeconds: {
    vi: 'sau khoảng đó bấy lâu thì báo quá giờ',
    en: 'so long behind that margin it has overrun',
  },
  learnedOffTimes: {
    vi: 'điểm tắt giống nhau bấy nhiêu lần thì coi là thói quen tắt',
    en: 'a site dark in the same way so often is being switched off',
  },
  learnedOffDays: { vi: '… trong bấy nhiêu ngày', en: '… within so many days' },
  learnedOffToleranceSeconds: {
    vi: 'hai lần tắt giống nhau khi giờ trong ngày lệch không quá',
    en: 'switch-offs are alike when their times of day are this close',
  },
  learnedReturnSeconds: {
    vi: 'quá giờ bật thường ngày bấy lâu trong ngày làm việc thì báo',
    en: 'so long behind its usual return on a working day it is missed',
  },
  stormIncidents: {
    vi: 'bấy nhiêu sự cố cấp điểm trở lên trong một địa bàn là có bão',
    en: 'so many incidents of sites in an area are a storm',
  },
  stormWindowSeconds: { vi: '… trong bấy lâu', en: '… within so long' },
  stormLeadSeconds: {
    vi: 'cảnh báo có hiệu lực sớm hơn giờ bắt đầu bấy lâu',
    en: 'so long before its onset a warning counts',
  },
  stormTailSeconds: {
    vi: 'hết cảnh báo bấy lâu thì báo những gì đã gộp lại',
    en: 'so long after its end what it hid is told',
  },
  stormDigestSeconds: {
    vi: 'trong bão, bấy lâu gửi một bản tổng hợp',
    en: 'how often those listed in a storm are told',
  },
  speakersShare: {
    vi: 'loa trả lời dưới tỷ lệ này thì địa bàn đang có cảnh báo không nghe được',
    en: 'below this share of loudspeakers an area being warned cannot hear',
  },
  coDeathSeconds: {
    vi: 'hai thiết bị cùng điểm tắt vì mất điện cách nhau không quá bấy lâu là cùng lúc',
    en: 'boots of a site that ended without power within this ended together',
  },
  historySeconds: {
    vi: 'chờ lịch sử của một sự cố lâu nhất bấy lâu',
    en: 'so long after its end the history of an incident is waited for',
  },
}
