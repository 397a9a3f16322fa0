import { formatNumber } from '../format.ts'
import type { DeviceWords } from './device-vi.ts'

const number = (value: number) => formatNumber(value, 'en')

export const deviceEn: DeviceWords = {
  mark: {
    'antivirus-none': () => 'No antivirus',
    'antivirus-off': () => 'Antivirus off',
    'antivirus-stale': () => 'Antivirus stale',
    'disk-failing': () => 'Disk failing',
    'amplifier-fault': () => 'Amplifier faulty',
    'playback-fault': () => 'Playback faulty',
    'bulletins-missed': (count) => `${number(count)} ${count === 1 ? 'bulletin' : 'bulletins'} missed`,
    'spare-line': () => 'On spare line',
    unsupported: () => 'Unsupported',
    'restart-pending': () => 'Restart pending',
    'not-measured': () => 'Readings missing',
  },
  unwatched: 'its prober is away',
  probedBy: { before: 'Probed by', after: '' },
  bulletins: { ordinary: 'ordinary', priority: 'priority', emergency: 'emergency' },
  bulletinClass: (name) => `Loudspeaker for ${name} bulletins (Circular 39/2020)`,
  bulletinsPlayed: (played, due) => `${played}/${due} bulletins`,

  thisDevice: {
    pc: 'This computer',
    router: 'This device',
    speaker: 'This device',
    other: 'This device',
  },
  unknownTrait: (trait) => `Trait ${trait}`,
  made: 'Age',
  age: (years, day) =>
    years < 1
      ? `under a year (since ${day})`
      : `about ${number(years)} ${years === 1 ? 'year' : 'years'} (since ${day})`,
  support: {
    ended: (day) => `support ended on ${day}`,
    'ends-soon': (day) => `support ends soon: ${day}`,
    supported: (day) => `supported until ${day}`,
  },
  bought: (day) => `updates can be bought until ${day}`,
  virtualDisk: 'virtual disk',
  bootEnd: {
    unknown: 'nobody knows why',
    'power-loss': 'sudden loss of power',
    shutdown: 'shut down in order',
    restart: 'restarted',
    sleep: 'asleep',
    'service-stop': 'only the agent stopped',
  },
  at: (moment) => `at ${moment}`,

  antivirus: 'Antivirus',
  antivirusMode: (mode) => `mode: ${mode.toLowerCase()}`,
  signaturesAge: (age) => `signatures ${age} old`,

  faults: 'Cannot be measured',
  collectors: {
    cpu: 'Processor',
    memory: 'Memory',
    disk: 'Disk',
    'fullest disk': 'Fullest disk',
    volumes: 'Fullest disk',
    'disk health': 'Disk health',
    disks: 'Disk health',
    network: 'Network ports',
    temperature: 'Temperature',
    'windows temperature': 'Temperature',
    power: 'Power source',
    battery: 'Battery, UPS',
    system: 'Operating system',
    inventory: 'About the machine',
    'boot end': 'Last shutdown',
    reboot: 'Restart pending',
    restart: 'Restart pending',
    updates: 'Updates',
    antivirus: 'Antivirus',
    exchange: 'Round trip of the line',
    capacity: 'Capacity of the line',
    uplinks: 'The two lines',
    'uplink checks': 'Checks of each line',
    modem: 'Mobile network',
    probe: 'Probing',
  },

  line: 'Line',
  lineNumber: (line) => `Line ${line}`,
  lineState: { unknown: 'unknown', up: 'up', down: 'down' },
  carries: 'in use',
  spareOf: 'spare',
  roundTrip: (time) => `round trip ${time}`,
  loss: (percent) => `loss ${percent}`,
  spareSince: (moment, exact) =>
    exact ? `Running on the spare line since ${moment}` : `Running on the spare line since before ${moment}`,
  direction: { down: 'Down', up: 'Up' },
  load: (share, capacity) => `using ${share} of ${capacity}`,
  ofLine: (direction, line) => `${direction}, ${line.toLowerCase()}`,
  ofThisDevice: (direction) => `${direction}, by this device alone`,
  shareAbout: (percent) => `about ${percent}`,
  shareUnder: (percent) => `under ${percent}`,
  shareAll: (capacity) => `using all of ${capacity}`,

  groups: {
    line: 'Line',
    machine: 'Machine',
    power: 'Power',
    mobile: 'Mobile network',
    speaker: 'Loudspeaker',
    other: 'Other',
  },
  chartPage: (page, pages) => `Charts, page ${number(page)} of ${number(pages)}`,
}
