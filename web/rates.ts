/** What is worked out of counters of bytes: by the name under which API and pages ask for it. */
export const RATES = [
  { name: 'rx_bits_per_second', counter: 'rx_bytes', vi: 'Tốc độ nhận', en: 'Receiving' },
  { name: 'tx_bits_per_second', counter: 'tx_bytes', vi: 'Tốc độ gửi', en: 'Sending' },
  {
    name: 'uplink1_rx_bits_per_second',
    counter: 'uplink1_rx_bytes',
    vi: 'Đường 1: tải xuống',
    en: 'Line 1: down',
  },
  {
    name: 'uplink1_tx_bits_per_second',
    counter: 'uplink1_tx_bytes',
    vi: 'Đường 1: tải lên',
    en: 'Line 1: up',
  },
  {
    name: 'uplink2_rx_bits_per_second',
    counter: 'uplink2_rx_bytes',
    vi: 'Đường 2: tải xuống',
    en: 'Line 2: down',
  },
  {
    name: 'uplink2_tx_bits_per_second',
    counter: 'uplink2_tx_bytes',
    vi: 'Đường 2: tải lên',
    en: 'Line 2: up',
  },
] as const

export type RateName = (typeof RATES)[number]['name']

export const RATE_UNIT = 'bit/s'

export const rateOf = (name: string): (typeof RATES)[number] | undefined =>
  RATES.find((rate) => rate.name === name)
