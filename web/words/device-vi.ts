import type { BootEnd } from '#protocol/hello.ts'
import type { BulletinClass, DeviceKind } from '#protocol/ids.ts'
import { formatNumber } from '../format.ts'
import type { LineView, MarkName } from '../view.ts'

const number = (value: number) => formatNumber(value, 'vi')

export const deviceVi = {
  /** A short word or two beside a device's name in a list. */
  mark: {
    'antivirus-none': () => 'Không có diệt virus',
    'antivirus-off': () => 'Diệt virus tắt',
    'antivirus-stale': () => 'Diệt virus cũ',
    'disk-failing': () => 'Ổ đĩa sắp hỏng',
    'amplifier-fault': () => 'Âm ly hỏng',
    'playback-fault': () => 'Lỗi phát thanh',
    'bulletins-missed': (count: number) => `Thiếu ${number(count)} bản tin`,
    'spare-line': () => 'Đường dự phòng',
    unsupported: () => 'Hết hỗ trợ',
    'restart-pending': () => 'Chờ khởi động lại',
    'not-measured': () => 'Thiếu số đo',
  } satisfies Record<MarkName, (count: number) => string>,
  unwatched: 'máy thăm dò mất liên lạc',
  /** Around the name of the prober. */
  probedBy: { before: 'Do', after: 'thăm dò' },
  bulletins: {
    ordinary: 'thông thường',
    priority: 'ưu tiên',
    emergency: 'khẩn cấp',
  } satisfies Record<BulletinClass, string>,
  bulletinClass: (name: string) => `Loa phát bản tin ${name} (Thông tư 39/2020)`,
  bulletinsPlayed: (played: string, due: string) => `${played}/${due} bản tin`,

  thisDevice: {
    pc: 'Máy này',
    router: 'Thiết bị này',
    speaker: 'Thiết bị này',
    other: 'Thiết bị này',
  } satisfies Record<DeviceKind, string>,
  unknownTrait: (trait: string) => `Mục ${trait}`,
  made: 'Tuổi máy',
  age: (years: number, day: string) =>
    years < 1 ? `dưới 1 năm (từ ${day})` : `khoảng ${number(years)} năm (từ ${day})`,
  support: {
    ended: (day: string) => `hết hỗ trợ từ ${day}`,
    'ends-soon': (day: string) => `sắp hết hỗ trợ: ${day}`,
    supported: (day: string) => `được hỗ trợ đến ${day}`,
  },
  bought: (day: string) => `còn mua được bản vá đến ${day}`,
  /** For what an agent calls `virtual`. */
  virtualDisk: 'ổ ảo',
  bootEnd: {
    unknown: 'không rõ vì sao',
    'power-loss': 'mất nguồn đột ngột',
    shutdown: 'tắt máy bình thường',
    restart: 'khởi động lại',
    sleep: 'máy ngủ',
    'service-stop': 'chỉ dừng tác tử',
  } satisfies Record<BootEnd, string>,
  at: (moment: string) => `lúc ${moment}`,

  antivirus: 'Diệt virus',
  antivirusMode: (mode: string) => `chế độ: ${mode.toLowerCase()}`,
  signaturesAge: (age: string) => `tuổi dữ liệu ${age}`,

  faults: 'Không đo được',
  collectors: {
    cpu: 'Bộ xử lý',
    memory: 'Bộ nhớ',
    disk: 'Ổ đĩa',
    'fullest disk': 'Ổ đĩa đầy nhất',
    volumes: 'Ổ đĩa đầy nhất',
    'disk health': 'Sức khỏe ổ đĩa',
    disks: 'Sức khỏe ổ đĩa',
    network: 'Cổng mạng',
    temperature: 'Nhiệt độ',
    'windows temperature': 'Nhiệt độ',
    power: 'Nguồn điện',
    battery: 'Pin, bộ lưu điện',
    system: 'Hệ điều hành',
    inventory: 'Thông tin máy',
    'boot end': 'Lần tắt trước',
    reboot: 'Chờ khởi động lại',
    restart: 'Chờ khởi động lại',
    updates: 'Bản cập nhật',
    antivirus: 'Diệt virus',
    exchange: 'Độ trễ đường truyền',
    capacity: 'Sức tải đường truyền',
    uplinks: 'Hai đường truyền',
    'uplink checks': 'Kiểm tra từng đường truyền',
    modem: 'Mạng di động',
    probe: 'Thăm dò',
  } as Readonly<Record<string, string>>,

  line: 'Đường truyền',
  lineNumber: (line: 1 | 2) => `Đường ${line}`,
  lineState: { unknown: 'không rõ', up: 'thông', down: 'đứt' } satisfies Record<LineView['state'], string>,
  carries: 'đang dùng',
  spareOf: 'dự phòng',
  roundTrip: (time: string) => `trễ ${time}`,
  loss: (percent: string) => `mất gói ${percent}`,
  spareSince: (moment: string, exact: boolean) =>
    exact ? `Đang chạy đường dự phòng từ ${moment}` : `Đang chạy đường dự phòng từ trước ${moment}`,
  direction: { down: 'Tải xuống', up: 'Tải lên' },
  load: (share: string, capacity: string) => `đang dùng ${share} của ${capacity}`,
  ofLine: (direction: string, line: string) => `${direction}, ${line.toLowerCase()}`,
  ofThisDevice: (direction: string) => `${direction} của riêng máy này`,
  shareAbout: (percent: string) => `khoảng ${percent}`,
  shareUnder: (percent: string) => `dưới ${percent}`,
  shareAll: (capacity: string) => `đang dùng hết ${capacity}`,

  groups: {
    line: 'Đường truyền',
    machine: 'Máy',
    power: 'Nguồn điện',
    mobile: 'Mạng di động',
    speaker: 'Loa',
    other: 'Khác',
  },
  chartPage: (page: number, pages: number) => `Biểu đồ, trang ${number(page)}/${number(pages)}`,
}

/** Every word that a device's page and row say beside those of every page; each other language must have all. */
export type DeviceWords = typeof deviceVi
