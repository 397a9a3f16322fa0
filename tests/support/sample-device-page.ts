import { deviceId } from '#protocol/ids.ts'
import type { ChartView, DevicePageView } from '../../web/view.ts'
import { AT, chart, device, devicePage, drawn, MINUTE_MS } from './sample-views.ts'

/** A dozen charts of a day, of every unit that is drawn. */
export function dozenCharts(): ChartView[] {
  const units = ['bit/s', 'bit/s', 'ms', '%', 'ms', 'kbit/s', 'kbit/s', '%', '%', '%', '°C', 'dBm']
  const metrics = [
    ...['rx_bits_per_second', 'tx_bits_per_second', 'rtt_ms', 'loss_percent', 'jitter_ms', 'down_kbps'],
    ...['up_kbps', 'cpu_percent', 'memory_percent', 'disk_percent', 'temperature_celsius', 'rsrp_dbm'],
  ]
  return metrics.map((metric, n) => {
    const day = chart({ metric, unit: units[n]! })
    const scale = units[n]!.endsWith('bit/s') ? 40_000 + n : 1 + n / 10
    const points = day.points
      .filter((_, at) => at % 2 === 0)
      .map(({ at, value }) => ({ at, value: value * scale }))
    return { ...day, points }
  })
}

/** An office PC that has something of everything, with names as long as an office gives them. */
export const officePc = (changes: Partial<DevicePageView> = {}): DevicePageView =>
  devicePage({
    device: device('LC03433-PC-02', {
      name: 'Máy tính Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính',
      marks: [
        { name: 'antivirus-stale', count: null },
        { name: 'disk-failing', count: null },
        { name: 'unsupported', count: null },
        { name: 'restart-pending', count: null },
        { name: 'not-measured', count: 2 },
      ],
      values: {
        ...{ cpu_percent: 12.3, memory_percent: 48.1, disk_percent: 71, fullest_disk_percent: 93.2 },
        ...{ rtt_ms: 23, jitter_ms: 4, loss_percent: 1, rx_bytes: 2.3e9, tx_bytes: 4e8, line_bytes: 3.1e6 },
        ...{ down_kbps: 8000, down_error_percent: 12, up_kbps: 2100, up_error_percent: 18 },
        ...{ antivirus_state: 3, antivirus_age_hours: 216, disk_health: 3, pending_reboot: 2 },
        ...{ update_age_hours: 912, uptime_seconds: 273_720, temperature_celsius: 61.5 },
        ...{ power_source: 1, battery_percent: 97, battery_minutes: 84 },
      },
    }),
    siteName: 'Trung tâm Phục vụ hành chính công xã Sin Suối Hồ',
    areaName: 'Xã Sin Suối Hồ',
    traits: {
      agent: 'Hải Đăng 0.5.0',
      os: 'Microsoft Windows 10 Pro 22H2 (19045.4412)',
      os_id: 'windows 10.0.19045.4412 professional',
      ...{ maker: 'Dell Inc.', model: 'OptiPlex 3050 Small Form Factor', serial: '5CG8273K1P' },
      ...{ firmware: 'Dell Inc. 1.19.0', made: '2019-05-02' },
      processor: 'Intel(R) Core(TM) i3-7100T CPU @ 3.40GHz',
      memory_mib: '8192',
      disks: 'KINGSTON SA400S37240G · 240 GB · SSD · good\nTOSHIBA DT01ACA100 · 1000 GB · HDD · failing',
      interfaces: 'Ethernet · 1 Gbit/s · 18:66:DA:3C:71:02\nWi-Fi · 72 Mbit/s · 34:13:E8:22:10:9A',
      battery: 'Santak BLAZER 1000 Pro',
      boot_end: 'power-loss 2026-06-20T03:02:11Z event 41',
      antivirus: 'Microsoft Defender Antivirus 4.18.24050.7',
      antivirus_mode: 'normal',
      antivirus_why: 'signatures-old made=2026-06-12 limit_hours=48',
    },
    faults: [
      { collector: 'temperature', reason: 'expected JSON, got "Get-CimInstance : Access denied", exit 1' },
      { collector: 'a-collector-of-a-later-version', reason: 'expected an answer within 30000 ms' },
    ],
    support: { endsAt: '2025-10-14', state: 'ended', boughtUntil: '2028-10-10' },
    drawn: drawn(dozenCharts(), {
      pages: 2,
      loads: [
        {
          ...{ direction: 'down', line: null, bitsPerSecond: 3.2e6 },
          capacity: { bitsPerSecond: 8e6, errorPercent: 12 },
        },
        {
          ...{ direction: 'up', line: null, bitsPerSecond: 9000 },
          capacity: { bitsPerSecond: 2.1e6, errorPercent: null },
        },
      ],
    }),
    ...changes,
  })

/** A router without an agent of its own, on the spare of its two lines. */
export const probedRouter = (changes: Partial<DevicePageView> = {}): DevicePageView =>
  devicePage({
    device: device('LC03433-R-01', {
      ...{ name: 'Bộ định tuyến tủ mạng tầng 1', kind: 'router' },
      marks: [{ name: 'spare-line', count: null }],
      values: {
        ...{ rtt_ms: 64, uplink_carrying: 3, uplink1_state: 2, uplink2_state: 1, uplink2_rtt_ms: 64 },
        ...{ uplink2_loss_percent: 2, uplink1_rx_bytes: 5e9, uplink2_rx_bytes: 3e8 },
        ...{ radio_generation: 4, rsrp_dbm: -97, sim_state: 1 },
      },
    }),
    prober: { id: deviceId('LC03433-PC-02'), name: 'Máy văn thư' },
    traits: { model: 'MikroTik RB951Ui-2HnD', uplinks: 'FTTH VNPT\n4G Viettel', profile: 'mikrotik' },
    lines: [
      { number: 1, name: 'FTTH VNPT', state: 'down', carries: false, rttMs: null, lossPercent: 100 },
      { number: 2, name: '4G Viettel', state: 'up', carries: true, rttMs: 64, lossPercent: 2 },
    ],
    drawn: drawn([], {
      spare: { since: AT - 190 * MINUTE_MS, exact: true },
      loads: [
        {
          ...{ direction: 'down', line: 2, bitsPerSecond: 6.4e6 },
          capacity: { bitsPerSecond: 6.2e6, errorPercent: 9 },
        },
      ],
    }),
    ...changes,
  })

/** A loudspeaker whose prober is away. */
export const unwatchedSpeaker = (changes: Partial<DevicePageView> = {}): DevicePageView =>
  devicePage({
    device: device('LC03433-SP-08', {
      ...{ name: 'Cụm loa bản Căn Câu', kind: 'speaker', session: 'stale', unwatched: true },
      values: {
        ...{ power_source: 1, amplifier_state: 3, playback_state: 3, rssi_dbm: -87 },
        ...{ scheduled_today: 3, played_today: 2, volume_percent: 70 },
      },
      marks: [{ name: 'bulletins-missed', count: 1 }],
    }),
    bulletinClass: 'emergency',
    prober: { id: deviceId('LC03433-PC-02'), name: 'Máy văn thư' },
    ...changes,
  })
