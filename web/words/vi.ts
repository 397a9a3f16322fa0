import type { DeviceKind } from '#protocol/ids.ts'
import type { RowsLossReason } from '#protocol/loss.ts'
import { formatNumber } from '../format.ts'
import type { IncidentView, SessionState } from '../view.ts'

const number = (value: number) => formatNumber(value, 'vi')

export const vi = {
  product: 'Hải Đăng',
  now: 'Hiện trạng',
  skip: 'Đến nội dung chính',
  otherLanguage: 'English',
  signIn: 'Đăng nhập',
  signOut: 'Đăng xuất',
  timeZone: 'Giờ Việt Nam (UTC+7)',
  centreLost: 'Mất kết nối với trung tâm, đang thử lại…',

  session: {
    online: 'Hoạt động',
    suspect: 'Chậm tin',
    offline: 'Mất kết nối',
    goodbye: 'Đã tắt',
    stale: 'Không rõ',
    new: 'Mới',
  } satisfies Record<SessionState, string>,
  /** After a number, in a list of counts. */
  counted: {
    online: 'hoạt động',
    suspect: 'chậm tin',
    offline: 'mất kết nối',
    goodbye: 'đã tắt',
    stale: 'không rõ',
    new: 'mới',
  } satisfies Record<SessionState, string>,
  kind: {
    pc: 'Máy tính',
    router: 'Bộ định tuyến',
    speaker: 'Cụm loa',
    other: 'Thiết bị khác',
  } satisfies Record<DeviceKind, string>,
  incident: {
    open: 'Chưa ai nhận',
    acknowledged: 'Đang xử lý',
    recovering: 'Đang khôi phục',
    resolved: 'Đã khôi phục',
  } satisfies Record<IncidentView['state'], string>,

  allWell: (devices: number) =>
    devices === 1 ? 'Thiết bị hoạt động ổn định' : `Tất cả ${number(devices)} thiết bị ổn`,
  downNow: (devices: number) => `${number(devices)} thiết bị mất kết nối`,
  devicesNow: (devices: number, state: string) => `${number(devices)} thiết bị ${state}`,
  updated: (time: string) => `cập nhật ${time}`,
  justNow: 'vừa xong',
  since: (moment: string) => `từ ${moment}`,
  sinceBetween: (earliest: string, latest: string) => `từ khoảng ${earliest}–${latest}`,
  onDay: (time: string, day: string) => `${time} ngày ${day}`,
  lost: 'Mất kết nối',
  lostFor: (duration: string, from: string, to: string) => `mất ${duration} (${from}–${to})`,
  openIncidents: 'Sự cố đang mở',
  resolvedIncidents: 'Đã khôi phục trong 24 giờ',
  moreIncidents: (count: number) => `và ${number(count)} sự cố khác`,
  moreDevices: (count: number) => `và ${number(count)} thiết bị khác`,
  deviceShare: (members: number, all: number) => `${number(members)}/${number(all)} thiết bị`,
  devicesByArea: 'Thiết bị theo địa bàn',
  /** Around the command to run. */
  addDevice: {
    before: 'Chưa có thiết bị nào: hãy chạy',
    after: 'trên máy cần theo dõi, như hướng dẫn trong README.',
  },

  /** Short names for a row of readings. */
  brief: { cpu_percent: 'CPU', memory_percent: 'RAM', disk_percent: 'Ổ đĩa', rtt_ms: 'Trễ' },
  unknownMetric: (metric: string) => `Chỉ số ${metric}`,
  /** What the numbers of a state stand for, by metric. */
  newestReadings: 'Số đo mới nhất',
  noReadings: 'Chưa có số đo.',
  device: 'Thiết bị',
  state: 'Trạng thái',
  measured: 'Đo lúc',
  reportsEvery: (interval: string) => `Báo cáo mỗi ${interval}`,
  livenessEvery: (interval: string) => `báo còn hoạt động mỗi ${interval}`,
  sentinel: 'canh đường truyền thay các máy khác',
  stretched: (step: number) => `đã giãn nhịp ${number(step)} bậc để giữ hạn mức dữ liệu`,
  silent: 'Đã dùng hết hạn mức dữ liệu của tháng: chỉ báo khi có thay đổi',
  dataThisMonth: (spent: string) => `Dữ liệu tháng này: ${spent}`,
  outOf: (spent: string, cap: string) => `${spent} trên ${cap}`,
  about: (amount: string) => `khoảng ${amount}`,
  estimated: 'ước tính',
  rows: {
    line: (parts: string) => `Lượt đo: ${parts}`,
    produced: (rows: number) => `đã đo ${number(rows)}`,
    stored: (rows: number) => `đã lưu ${number(rows)}`,
    declaredLost: (rows: number) => `tác tử báo mất ${number(rows)}`,
    waiting: (rows: number) => `còn chờ gửi ${number(rows)}`,
    vanished: (rows: number) => `mất cùng nhật ký cũ của máy ${number(rows)}`,
    reason: {
      thinned: 'lấy thưa khi nhật ký đầy',
      dropped: 'bỏ bớt khi nhật ký đầy',
      damaged: 'hỏng trên đĩa',
      refused: 'đĩa không ghi được',
    } satisfies Record<RowsLossReason, string>,
  },
  identifier: 'Mã',
  charts: 'Biểu đồ',
  chartsAway: 'Kho số đo chưa trả lời, tạm thời không vẽ được biểu đồ. Số đo không mất.',
  range: { '24h': '24 giờ', '7d': '7 ngày' },
  lowest: 'thấp nhất',
  highest: 'cao nhất',
  latest: 'mới nhất',
  gaps: (count: number) => `${number(count)} khoảng thiếu số đo`,
  noPoints: 'Không có số đo trong khoảng thời gian này.',
  incidents: 'Sự cố',
  noIncidents: 'Chưa ghi nhận sự cố nào.',
  backToAll: 'Tất cả thiết bị',

  name: 'Tên đăng nhập',
  password: 'Mật khẩu',
  signInFailure: {
    wrong: 'Tên đăng nhập hoặc mật khẩu không đúng.',
    'too-many': 'Đã thử quá nhiều lần. Vui lòng chờ vài phút rồi thử lại.',
  },
  problem: {
    notFound: 'Không tìm thấy trang này',
    notFoundAdvice: 'Có thể địa chỉ bị gõ sai, hoặc mục này đã được gỡ khỏi hệ thống.',
    forbidden: 'Bạn không có quyền xem trang này',
    forbiddenAdvice: 'Hãy đăng nhập bằng tài khoản khác, hoặc nhờ quản trị viên cấp quyền.',
    tooMany: 'Quá nhiều yêu cầu trong thời gian ngắn',
    tooManyAdvice: 'Vui lòng chờ một phút rồi tải lại trang.',
    badRequest: 'Máy chủ không hiểu yêu cầu này',
    badRequestAdvice: 'Vui lòng quay lại trang đầu và thử lại.',
    broken: 'Máy chủ đang gặp trục trặc',
    brokenAdvice: 'Việc thu nhận số đo có thể vẫn đang chạy. Vui lòng thử lại sau ít phút.',
  },
  status: (code: number) => `Mã lỗi ${code}`,
}

/** Every word that a page says; each other language must have all of it. */
export type Words = typeof vi
