/**
 * The traits by their permanent number: words about a device that seldom change, told once and when they do. A number
 * is given once and never to another trait. `METRICS.md` shows the table to people.
 */
export const TRAITS = [
  { number: 1, name: 'agent', vi: 'Tác tử', en: 'Agent' },
  // For people, and as `windows 10.0.19045 professional`, `debian 12`: that is what the end of support is looked up by.
  { number: 2, name: 'os', vi: 'Hệ điều hành', en: 'Operating system' },
  { number: 3, name: 'os_id', vi: 'Mã hệ điều hành', en: 'System id' },
  { number: 4, name: 'maker', vi: 'Hãng', en: 'Maker' },
  { number: 5, name: 'model', vi: 'Kiểu máy', en: 'Model' },
  { number: 6, name: 'serial', vi: 'Số sê-ri', en: 'Serial number' },
  { number: 7, name: 'firmware', vi: 'Phần mềm trong máy', en: 'Firmware' },
  // YYYY-MM-DD: of the firmware, by which a machine's age is told.
  { number: 8, name: 'made', vi: 'Đời máy', en: 'Made about' },
  { number: 9, name: 'processor', vi: 'Bộ xử lý', en: 'Processor' },
  // A whole number of mebibytes.
  { number: 10, name: 'memory_mib', vi: 'Bộ nhớ', en: 'Memory' },
  // One a line: model · size in GB · SSD or HDD · health.
  { number: 11, name: 'disks', vi: 'Ổ đĩa', en: 'Disks' },
  { number: 12, name: 'interfaces', vi: 'Cổng mạng', en: 'Network ports' },
  { number: 13, name: 'battery', vi: 'Pin, bộ lưu điện', en: 'Battery, UPS' },
  // How the boot before this one ended, and by what record: `shutdown 2026-11-20T10:02:11Z event 1074`.
  { number: 14, name: 'boot_end', vi: 'Lần tắt trước', en: 'Last shutdown' },
  { number: 15, name: 'antivirus', vi: 'Phần mềm diệt virus', en: 'Antivirus product' },
  // Of the engine: normal, passive, …
  { number: 16, name: 'antivirus_mode', vi: 'Chế độ diệt virus', en: 'Antivirus mode' },
  // Why the state is what it is, as `reason key=value …`; the centre puts it in words.
  { number: 17, name: 'antivirus_why', vi: 'Vì sao', en: 'Why' },
  // The names of a site's two lines, one a line.
  { number: 18, name: 'uplinks', vi: 'Các đường truyền', en: 'Lines' },
  { number: 19, name: 'operator', vi: 'Nhà mạng', en: 'Operator' },
  // By which a probed device is asked.
  { number: 20, name: 'profile', vi: 'Cách thăm dò', en: 'Probed as' },
  // What cannot be measured, one a line: `collector: reason`.
  { number: 21, name: 'faults', vi: 'Không đo được', en: 'Cannot be measured' },
] as const
