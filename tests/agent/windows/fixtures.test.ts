import { expect, test } from 'vitest'
import { askAntivirus } from '../../../agent/windows/antivirus.ts'
import type { WindowsAntivirusFacts } from '../../../agent/windows/antivirus-facts.ts'
import { collected, type FixtureName, fixture, lookAt } from './fixture.ts'

/** Of each fixture what a person would read off that machine. */
const TOLD: Record<FixtureName, Awaited<ReturnType<typeof collected>>> = {
  'windows-10-vi-bkav-ps51': {
    values: {
      rx_bytes: 5_123_456_789,
      tx_bytes: 923_456_789,
      fullest_disk_percent: expect.closeTo(92, 3),
      disk_health: 2,
      pending_reboot: 2,
      update_age_hours: 175,
    },
    traits: {
      os: 'Microsoft Windows 10 Pro 22H2 (10.0.19045.5131)',
      os_id: 'windows 10.0.19045 professional',
      boot_end: 'shutdown 2026-11-18T10:02:11Z event 1074, fast startup',
      disks: 'KINGSTON SA400S37120G · 120 GB · SSD · good\nWDC WD5000AAKX-60U6AA0 · 500 GB · HDD · worn',
      maker: 'ASUSTeK COMPUTER INC.',
      model: 'PRIME H310M-E R2.0',
      serial: '191157120400123',
      firmware: '1405',
      made: '2019-11-19',
      processor: expect.any(String),
      memory_mib: '8192',
      interfaces: 'Ethernet · 1000 Mbit/s · a8:a1:59:11:22:33 · Realtek PCIe GbE Family Controller',
    },
    faults: {
      'windows temperature': 'thermal: expected rows of Windows, got HRESULT 0x80041003: Truy cập bị từ chối',
    },
  },
  'windows-11-en-bom-ps51': {
    values: {
      rx_bytes: 9_223_372_036,
      tx_bytes: 1_223_372_036,
      fullest_disk_percent: 50,
      disk_health: 1,
      temperature_celsius: 55,
      power_source: 2,
      battery_percent: 63,
      battery_minutes: 188,
      pending_reboot: 1,
      update_age_hours: 8,
    },
    traits: {
      os: 'Microsoft Windows 11 Pro 24H2 (10.0.26100.7171)',
      os_id: 'windows 10.0.26100 professional',
      boot_end: 'restart 2026-11-19T18:01:55Z event 1074',
      disks: 'NVMe SK hynix 512GB · 512 GB · SSD · good',
      battery: 'DELL 8X7VG · lithium-ion',
      maker: 'LENOVO',
      model: 'ThinkPad X1 Carbon Gen 9',
      serial: 'PF2ABCDE',
      firmware: 'N32ET75W (1.51 )',
      made: '2021-12-02',
      processor: expect.any(String),
      memory_mib: '16384',
      interfaces:
        'Wi-Fi · dc:41:a9:00:01:02 · Intel(R) Wi-Fi 6 AX201 160MHz\nEthernet · 00:d8:61:00:03:04 · Intel(R) Ethernet Connection (14) I219-V',
    },
    faults: {},
  },
  'windows-11-vi-ps7': {
    values: {
      rx_bytes: 123_456_789_012,
      tx_bytes: 23_456_789_012,
      fullest_disk_percent: 90,
      disk_health: 1,
      power_source: 2,
      battery_percent: 100,
      battery_minutes: 22,
      pending_reboot: 1,
      update_age_hours: 2399,
    },
    traits: {
      os: 'Microsoft Windows 11 Home Single Language 23H2 (10.0.22631.4460)',
      os_id: 'windows 10.0.22631 core-single-language',
      boot_end: 'shutdown 2026-11-19T10:05:55Z event 1074',
      disks: 'CT240BX500SSD1 · 240 GB · SSD · good',
      battery: 'CYBERPOWER UT1000EG · lead acid',
      maker: 'ASRock',
      model: 'H510M-HVS R2.0',
      serial: 'M80-F7000800123',
      firmware: 'P2.30',
      made: '2023-05-11',
      processor: expect.any(String),
      memory_mib: '8192',
      interfaces: 'Ethernet · 2500 Mbit/s · a8:a1:59:77:88:99 · Realtek PCIe 2.5GbE Family Controller',
    },
    faults: {},
  },
  'windows-server-2019-en-ps51': {
    values: {
      rx_bytes: 812_345_678_901,
      tx_bytes: 412_345_678_901,
      fullest_disk_percent: 95,
      disk_health: 3,
      power_source: 1,
      battery_percent: 100,
      pending_reboot: 2,
      update_age_hours: 195,
    },
    traits: {
      os: 'Microsoft Windows Server 2019 Standard 1809 (10.0.17763.6532)',
      os_id: 'windows 10.0.17763 server-standard',
      boot_end: 'power-loss 2026-11-18T19:40:28Z event 41',
      disks: 'DELL PERC H330 Adp · 480 GB · good\nDELL PERC H330 Adp · 2000 GB · HDD · failing',
      battery: 'Back-UPS BX1100CI FW:295 · lead acid',
      maker: 'Dell Inc.',
      model: 'PowerEdge T140',
      serial: '7XK2J13',
      firmware: '2.5.1',
      made: '2021-06-30',
      processor: expect.any(String),
      memory_mib: '16384',
      interfaces: 'Ethernet0 · 1000 Mbit/s · b0:26:28:00:05:06 · Broadcom NetXtreme Gigabit Ethernet',
    },
    faults: {},
  },
  'windows-10-de-kaspersky-oem': {
    values: {
      rx_bytes: 77_123_456,
      tx_bytes: 8_123_456,
      fullest_disk_percent: 80,
      disk_health: 3,
      pending_reboot: 2,
      update_age_hours: 241,
    },
    traits: {
      os: 'Microsoft Windows 10 Enterprise LTSC 1809 (10.0.17763.6532)',
      os_id: 'windows 10.0.17763 enterprise-s',
      boot_end: 'unknown 2026-11-19T06:11:28Z event 41, stop code 0x9f',
      disks: 'Samsung SSD 860 EVO 250GB · 250 GB · SSD · failing',
      maker: 'FUJITSU',
      model: 'ESPRIMO D556',
      serial: 'YLQK012345',
      firmware: 'V5.0.0.11 R1.36.0 for D3400-A1x',
      made: '2019-03-29',
      processor: expect.any(String),
      memory_mib: '8192',
    },
    faults: {
      'windows temperature': 'thermal: expected rows of Windows, got HRESULT 0x80041003: Zugriff verweigert',
    },
  },
  'windows-10-fr-constrained-utf16le': french('é', 'É', '’'),
  'windows-10-fr-constrained-oem': french('\ufffd', '\ufffd', "'"),
}

function french(e: string, capital: string, apostrophe: string): Awaited<ReturnType<typeof collected>> {
  return {
    values: {
      rx_bytes: 77_123_456,
      tx_bytes: 8_123_456,
      fullest_disk_percent: 50,
      disk_health: 3,
      pending_reboot: 2,
      update_age_hours: 863,
    },
    traits: {
      os: `Microsoft Windows 10 Professionnel ${capital}ducation 21H2 (10.0.19044.1288)`,
      os_id: 'windows 10.0.19044 professional-education',
      disks: 'ST1000DM010-2EP102 · 1000 GB · failing',
      maker: 'HP',
      model: 'HP ProDesk 400 G5 SFF',
      serial: 'CZC9012ABC',
      firmware: 'Q08 Ver. 02.09.00',
      made: '2019-08-09',
      processor: expect.any(String),
      memory_mib: '8066',
      interfaces: `Connexion au r${e}seau local · 1000 Mbit/s · a8:a1:59:44:55:66 · Realtek PCIe GbE Family Controller`,
    },
    faults: {
      'boot end': expect.stringMatching(
        `^events: expected rows of Windows, got MethodInvocationNotSupportedInConstrainedLanguage: Impossible d${apostrophe}appeler la m${e}thode`,
      ),
    },
  }
}

test.each(Object.entries(TOLD))('%s: what is told', async (name, told) => {
  expect(await collected(lookAt(fixture(name as FixtureName)))).toEqual(told)
})

const ON = { serviceEnabled: true, antivirusEnabled: true, realTime: true, outOfDate: false }
const utc = (text: string): number => Date.parse(`${text}Z`)

/** What the judge of antivirus programs gets to see. */
const FACTS: Record<FixtureName, Partial<WindowsAntivirusFacts>> = {
  'windows-10-vi-bkav-ps51': {
    namespace: 'present',
    products: [
      { name: 'Windows Defender', productState: 393_472, timestamp: 'Fri, 20 Nov 2026 00:31:09 GMT' },
      { name: 'Bkav Pro Internet Security AI', productState: 397_312, timestamp: expect.any(String) },
    ],
    defender: {
      runningMode: 'Not running',
      serviceEnabled: false,
      antivirusEnabled: false,
      realTime: false,
      signaturesUpdatedAt: null,
      signatureAgeDays: 4_294_967_295,
      outOfDate: false,
    },
    server: false,
  },
  'windows-11-en-bom-ps51': {
    products: [{ name: 'Windows Defender', productState: 397_568, timestamp: expect.any(String) }],
    defender: {
      ...ON,
      runningMode: 'Normal',
      signaturesUpdatedAt: utc('2026-11-19T22:40:11'),
      signatureAgeDays: 0,
    },
  },
  'windows-11-vi-ps7': {
    defender: {
      ...ON,
      runningMode: 'Normal',
      signaturesUpdatedAt: utc('2026-11-12T22:40:11'),
      signatureAgeDays: 7,
      outOfDate: true,
    },
  },
  'windows-server-2019-en-ps51': {
    namespace: 'absent',
    namespaceProblem: null,
    products: [],
    defender: expect.objectContaining({ runningMode: 'Normal', realTime: true, signatureAgeDays: 2 }),
    defenderProblem: null,
    server: true,
  },
  'windows-10-de-kaspersky-oem': {
    products: [
      { name: 'Windows Defender', productState: 401_664, timestamp: expect.any(String) },
      {
        name: 'Kaspersky Endpoint Security für Windows',
        productState: 266_240,
        timestamp: expect.any(String),
      },
    ],
    defender: expect.objectContaining({ ...ON, runningMode: 'Passive Mode' }),
  },
  'windows-10-fr-constrained-utf16le': {
    namespace: 'present',
    defender: null,
    defenderProblem: expect.stringMatching('^HRESULT 0x800106ba: L’opération a échoué'),
    server: false,
  },
  'windows-10-fr-constrained-oem': {
    defenderProblem: expect.stringMatching("^HRESULT 0x800106ba: L'op\ufffdration a \ufffdchou\ufffd"),
  },
}

test.each(Object.entries(FACTS))('%s: the facts about antivirus programs', async (name, facts) => {
  expect(await askAntivirus(lookAt(fixture(name as FixtureName)))).toMatchObject(facts)
})
