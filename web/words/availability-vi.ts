import type { VerdictName } from '../availability-view.ts'
import { formatNumber } from '../format.ts'

const number = (value: number) => formatNumber(value, 'vi')

export const availabilityVi = {
  title: 'Độ sẵn sàng',
  month: 'Tháng',
  area: 'Địa bàn',
  allAreas: 'Tất cả địa bàn',
  show: 'Xem',
  /** "Tháng 6/2026" */
  monthName: (month: number, year: number) => `Tháng ${month}/${year}`,
  notOver: (time: string) => `Tháng chưa hết: số liệu tính đến ${time}.`,
  incomplete: (percent: string) =>
    `Đã nhận đủ lịch sử cho ${percent} thời gian. Phần còn lại là số tạm, còn có thể thay đổi.`,
  complete: 'Lịch sử đã nhận đủ.',
  none: 'Chưa có thiết bị nào trong phạm vi này.',

  device: 'Thiết bị chạy',
  service: 'Kết nối được',
  down: 'Thời gian ngừng',
  downtime: 'Ngừng do',
  cause: { powerMs: 'Mất điện', linkMs: 'Đường truyền', faultMs: 'Hỏng', unknownMs: 'Chưa rõ' },
  /** Where they stand alone. */
  downBy: {
    powerMs: 'Ngừng do mất điện',
    linkMs: 'Ngừng do đường truyền',
    faultMs: 'Ngừng do thiết bị hỏng',
    unknownMs: 'Ngừng, chưa rõ vì sao',
  },
  downInStorm: 'Ngừng trong bão',
  downInCalm: 'Ngừng ngoài bão',
  planned: 'Tắt, bảo trì có kế hoạch',
  storm: 'Trong bão',
  calm: 'Ngoài bão',
  momentary: 'Thoáng qua',
  failures: 'Lần hỏng',
  mttr: 'Khôi phục (MTTR)',
  mtbf: 'Giữa hai lần hỏng (MTBF)',
  history: 'Lịch sử đủ',
  working: 'Máy tính trong giờ làm việc',
  unit: { hours: 'giờ', days: 'ngày', times: 'lần' },
  devices: (count: number) => `${number(count)} thiết bị`,
  times: (count: number) => `${number(count)} lần`,
  /** "99,1–99,4%" */
  range: (from: string, to: string) => `${from}–${to}`,

  byArea: 'Theo địa bàn',
  bySite: 'Theo điểm',
  byDevice: 'Theo thiết bị',
  byClass: 'Loa theo cấp bản tin (Thông tư 39/2020)',
  speakersOf: (bulletins: string) => `Loa ${bulletins}`,
  reached: (share: string) => `${share} liên lạc được`,
  worstFirst: 'kém nhất trước',
  name: 'Tên',
  more: (count: number) => `Còn ${number(count)} mục tốt hơn: chọn một địa bàn hoặc một điểm để xem.`,

  versions: 'Các bản đã công bố',
  noVersions: 'Tháng này chưa được công bố.',
  version: (version: number) => `Bản ${version}`,
  today: 'Tính hôm nay',
  publishedBy: (by: string, time: string) => `${by} công bố lúc ${time}`,
  publishFirst: 'Công bố bản 1',
  publishNext: (version: number) => `Công bố bản ${version}`,
  mayPublish: 'Đăng nhập để công bố',
  holds: 'Số liệu vẫn đúng như bản mới nhất.',
  changed: (version: number) => `Số liệu đã khác bản ${version}. Bản cũ vẫn được giữ nguyên.`,
  reason: 'Lý do',
  shown: (version: number) => `Đang xem bản ${version} như lúc công bố.`,
  backToToday: 'Xem số liệu tính hôm nay',
  learned: (time: string) => `tin đến muộn từ ${time}`,
  changedTo: (was: string, is: string) => `${was} → ${is}`,
  moreChanges: (count: number) => `và ${number(count)} khoảng khác`,
  moreDevices: (count: number) => `và ${number(count)} thiết bị khác`,
  required: 'thời gian yêu cầu đã khác',
  added: (count: number) => `Thêm ${number(count)} thiết bị.`,
  removed: (count: number) => `Bớt ${number(count)} thiết bị.`,
  calendar: 'Lịch làm việc đã đổi.',
  verdict: {
    'up-connected': 'kết nối được',
    'up-unreachable': 'chạy, không kết nối được',
    'down-fault': 'hỏng',
    'down-power': 'mất điện',
    'off-planned': 'tắt có kế hoạch',
    maintenance: 'bảo trì',
    unknown: 'chưa rõ',
  } satisfies Record<VerdictName, string>,

  howCounted: 'Cách tính',
  weekday: ['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy', 'Chủ nhật'],
  rules: (days: string, open: string, close: string) => [
    'Thiết bị chạy = thời gian chạy / thời gian yêu cầu. Kết nối được = thời gian vừa chạy vừa liên lạc được / thời gian yêu cầu.',
    'Thời gian yêu cầu là cả ngày đêm, trừ lúc tắt có kế hoạch (người dùng tắt máy, cắt điện đã báo) và bảo trì đã báo trước khi bắt đầu.',
    'Mỗi tỷ lệ là một khoảng: số thấp coi mọi lúc chưa rõ là ngừng, số cao coi là chạy. Khi lịch sử về đủ, hai số gần như trùng nhau.',
    'Thời gian ngừng chia theo nguyên nhân: mất điện; đường truyền (thiết bị vẫn chạy); hỏng thiết bị; chưa rõ. Phần nằm trong sự cố do bão được ghi riêng.',
    'Gián đoạn dưới 5 phút là thoáng qua: đếm riêng, không tính vào thời gian ngừng hay số lần hỏng.',
    'MTTR là thời gian trung bình từ lúc hỏng đến lúc khôi phục, chỉ tính hỏng thiết bị. MTBF là thời gian chạy chia số lần hỏng.',
    `Máy tính còn được tính riêng trong giờ làm việc: ${days}, ${open}–${close}, trừ ngày lễ và Tết.`,
    'Lịch sử về muộn sửa lại số liệu. Bản đã công bố không bao giờ bị sửa; bản sau ghi rõ lý do thay đổi.',
  ],
  thisMonth: (device: string, service: string) =>
    `Độ sẵn sàng tháng này: thiết bị chạy ${device}, kết nối được ${service}`,
}

/** Every word of the availability page; each other language must have all of it. */
export type AvailabilityWords = typeof availabilityVi
