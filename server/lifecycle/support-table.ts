/** Until when its maker mends a system: the last day, YYYY-MM-DD. */
type Day = `${number}-${number}-${number}`

/**
 * The last day of free security updates of a Windows build by who may run it: `home` is Home and Pro with their kin,
 * `work` Enterprise and Education, `ltsc` the Enterprise edition of the long-term channel, `iot` the same for
 * appliances. An edition without a day of its own never had that build, or none is known.
 */
interface WindowsBuild {
  home?: Day
  work?: Day
  ltsc?: Day
  iot?: Day
  server?: Day
  /** Bought updates run until here, machine by machine; which machine has them Windows tells nobody. */
  bought?: Day
}

/**
 * Windows by `major.minor.build`, whatever follows. From Microsoft Learn: "Windows 10 release information", "Windows 11
 * release information", "Windows Server release information" and the pages of Microsoft Lifecycle by product, looked
 * up as endoflife.date gives them on 22 August 2026; 26300 from Microsoft's announcement of version 26H2 and a list of
 * the release information page of 4 November 2026, its `work` day by the rule of 36 months and not read there.
 */
export const WINDOWS: Readonly<Record<string, WindowsBuild>> = {
  // XP for 64 bits and the two without their last Service Pack are from memory, not looked up.
  '5.1.2600': { home: '2014-04-08', work: '2014-04-08' },
  '5.2.3790': { home: '2014-04-08', work: '2014-04-08', server: '2015-07-14' },
  '6.0.6002': { home: '2017-04-11', work: '2017-04-11', server: '2020-01-14' },
  '6.0.6003': { server: '2020-01-14' },
  '6.1.7600': { home: '2013-04-09', work: '2013-04-09', server: '2013-04-09' },
  '6.1.7601': { home: '2020-01-14', work: '2020-01-14', server: '2020-01-14' },
  '6.2.9200': { home: '2016-01-12', work: '2016-01-12', server: '2023-10-10' },
  '6.3.9600': { home: '2023-01-10', work: '2023-01-10', server: '2023-10-10' },
  '10.0.10240': { home: '2017-05-09', work: '2017-05-09', ltsc: '2025-10-14', iot: '2025-10-14' },
  '10.0.10586': { home: '2017-10-10', work: '2017-10-10' },
  '10.0.14393': {
    home: '2018-04-10',
    work: '2019-04-09',
    ltsc: '2026-10-13',
    iot: '2026-10-13',
    server: '2027-01-12',
  },
  '10.0.15063': { home: '2018-10-09', work: '2019-10-08' },
  '10.0.16299': { home: '2019-04-09', work: '2020-10-13', server: '2019-04-09' },
  '10.0.17134': { home: '2019-11-12', work: '2021-05-11', server: '2019-11-12' },
  '10.0.17763': {
    home: '2020-11-10',
    work: '2021-05-11',
    ltsc: '2029-01-09',
    iot: '2029-01-09',
    server: '2029-01-09',
  },
  '10.0.18362': { home: '2020-12-08', work: '2020-12-08', server: '2020-12-08' },
  '10.0.18363': { home: '2021-05-11', work: '2022-05-10', server: '2021-05-11' },
  '10.0.19041': { home: '2021-12-14', work: '2021-12-14', server: '2021-12-14' },
  '10.0.19042': { home: '2022-05-10', work: '2023-05-09', server: '2022-08-09' },
  '10.0.19043': { home: '2022-12-13', work: '2022-12-13' },
  '10.0.19044': { home: '2023-06-13', work: '2024-06-11', ltsc: '2027-01-12', iot: '2032-01-13' },
  // Extended Security Updates: for organisations three years, for persons since June 2026 to 2027-10-12.
  '10.0.19045': { home: '2025-10-14', work: '2025-10-14', bought: '2028-10-10' },
  '10.0.20348': { server: '2031-10-14' },
  '10.0.22000': { home: '2023-10-10', work: '2024-10-08' },
  '10.0.22621': { home: '2024-10-08', work: '2025-10-14' },
  '10.0.22631': { home: '2025-11-11', work: '2026-11-10' },
  '10.0.25398': { server: '2026-05-12' },
  '10.0.26100': {
    home: '2026-10-13',
    work: '2027-10-12',
    ltsc: '2029-10-09',
    iot: '2034-10-10',
    server: '2034-11-14',
  },
  '10.0.26200': { home: '2027-10-12', work: '2028-10-10' },
  '10.0.26300': { home: '2028-10-10', work: '2029-10-09' },
  '10.0.28000': { home: '2028-03-14', work: '2029-03-13' },
}

interface Release {
  ends: Day
  bought?: Day
}

/** To the end of Debian LTS, which is free: "LTS" of the Debian wiki and distro-info-data. */
const DEBIAN: Readonly<Record<string, Release>> = {
  '7': { ends: '2018-05-31' },
  '8': { ends: '2020-06-30' },
  '9': { ends: '2022-06-30' },
  '10': { ends: '2024-06-30' },
  '11': { ends: '2026-08-31' },
  '12': { ends: '2028-06-30' },
  '13': { ends: '2030-06-30' },
}

/**
 * Other systems by name, then by the beginning of their version. Where sources name different days of one month, as
 * for Ubuntu, it is the earlier one or that of distro-info-data.
 */
export const RELEASES: Readonly<Record<string, Readonly<Record<string, Release>>>> = {
  debian: DEBIAN,
  // Raspberry Pi publishes no days: it is built from Debian's packages, and beyond their end nobody mends them.
  raspbian: DEBIAN,
  // "Ubuntu release cycle" and distro-info-data; bought is Ubuntu Pro.
  ubuntu: {
    '14.04': { ends: '2019-04-25', bought: '2024-04-25' },
    '16.04': { ends: '2021-04-30', bought: '2026-04-23' },
    '18.04': { ends: '2023-05-31', bought: '2028-04-26' },
    '20.04': { ends: '2025-05-29', bought: '2030-04-23' },
    '22.04': { ends: '2027-06-01', bought: '2032-04-21' },
    '23.04': { ends: '2024-01-25' },
    '23.10': { ends: '2024-07-11' },
    '24.04': { ends: '2029-05-31', bought: '2034-04-25' },
    '24.10': { ends: '2025-07-10' },
    '25.04': { ends: '2026-01-15' },
    '25.10': { ends: '2026-07-09' },
    '26.04': { ends: '2031-05-29', bought: '2036-04-23' },
  },
  // "Security" of the OpenWrt wiki: a year from its release, or half a year from the next one's. The end of 24.10 is
  // that rule applied to 25.12.0 of 2026-03-05, no announcement was read; that of 25.12 nobody knows yet.
  openwrt: {
    '17.01': { ends: '2019-02-01' },
    '18.06': { ends: '2021-07-01' },
    '19.07': { ends: '2022-04-30' },
    '21.02': { ends: '2023-04-30' },
    '22.03': { ends: '2024-04-11' },
    '23.05': { ends: '2025-08-16' },
    '24.10': { ends: '2026-09-05' },
  },
}
