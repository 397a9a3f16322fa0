/** A duration drawn from a lognormal: the median in seconds and the deviation of its logarithm. */
export interface Duration {
  median: number
  spread: number
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/**
 * How often things happen and how long they last. All of it guessed, none of it measured: judge an engine also on
 * rates that it was not tuned on (`SHIFTED_RATES`). `…PerYear` counts are for one element in an average year.
 */
export const DEFAULT_RATES = {
  world: {
    secondRouter: 0.4,
    twoIsps: 0.25,
    mountainByCell: 0.4,
    routerUps: 0.2,
    routerUpsSeconds: [HOUR, 4 * HOUR] as [number, number],
    speakerBattery: 0.3,
    speakerBatterySeconds: [1.5 * HOUR, 8 * HOUR] as [number, number],
    poleOnOtherFeeder: 0.2,
    stationBatterySeconds: [1.5 * HOUR, 5 * HOUR] as [number, number],
    islandCellByMicrowave: 0.8,
    secondCell: 0.15,
    speakerWithoutClock: 0.3,
    pcClockYearsOff: 0.03,
    ispA: 0.6,
  },
  power: {
    feederCutsPerYear: 4.5,
    feederCut: { median: 75 * MINUTE, spread: 0.9 } as Duration,
    announcedPerYear: 4,
    announcedOverrun: 0.15,
    announcedEarly: 0.25,
    dipsPerYear: 12,
    dipSeconds: [2, 55] as [number, number],
    mainsTripsPerYear: 1.6,
    mainsTrip: { median: 40 * MINUTE, spread: 0.7 } as Duration,
  },
  links: {
    uplinkCutsPerYear: 0.9,
    uplinkCut: { median: 5 * HOUR, spread: 0.8 } as Duration,
    uplinkBlipsPerYear: 12,
    uplinkBlip: { median: 2.5 * MINUTE, spread: 0.7 } as Duration,
    aggregationPerYear: 1.5,
    aggregation: { median: 70 * MINUTE, spread: 0.7 } as Duration,
    ispPerYear: 3,
    isp: { median: 55 * MINUTE, spread: 0.6 } as Duration,
    ispMobileToo: 0.3,
    ispMaintenancePerYear: 10,
    microwavePerYear: 7,
    microwave: { median: 45 * MINUTE, spread: 0.9 } as Duration,
    cellFaultsPerYear: 2.5,
    cellFault: { median: 70 * MINUTE, spread: 0.9 } as Duration,
    /** Gilbert-Elliott: a cell goes bad this often, and stays bad for an exponential time. */
    fadesPerYear: 120,
    fadeMeanSeconds: 2.8 * MINUTE,
    failoverSeconds: [20, 150] as [number, number],
  },
  devices: {
    routerHangsPerYear: 1.3,
    routerHangLag: { median: 1.5 * HOUR, spread: 0.7 } as Duration,
    speakerDeadPerYear: 0.6,
    speakerDead: { median: 3 * DAY, spread: 0.8 } as Duration,
    speakerHangsPerYear: 0.4,
    speakerHang: { median: 6 * HOUR, spread: 0.8 } as Duration,
    pcDeadPerYear: 0.1,
    pcDead: { median: 6 * DAY, spread: 0.7 } as Duration,
    simBlockedPerYear: 0.1,
    simBlocked: { median: 2 * DAY, spread: 0.6 } as Duration,
    antennaCorroding: 0.04,
    antennaDropsPerDay: [8, 20] as [number, number],
    antennaDays: [10, 40] as [number, number],
    antennaDrop: { median: 2 * MINUTE, spread: 1 } as Duration,
    rebootsPerYear: 4,
    rebootGoodbye: 0.5,
    agentUpdatesPerYear: 4,
    agentCrashesPerYear: 2,
    /** The next boot takes a hang for a loss of power, or the other way round. */
    endMisread: 0.03,
  },
  people: {
    absentADay: 0.06,
    leavePerYear: 2.2,
    overtime: 0.05,
    saturday: 0.05,
    trip: 0.03,
    noonSwitchOff: 0.2,
    noonSleep: 0.1,
    plugPuller: 0.15,
    leftOnOvernight: 0.02,
    restartADay: 0.02,
    nightCutSites: 0.08,
    nightCutForgotten: 0.04,
    nightCutReturnedLate: 0.008,
  },
  platform: {
    outagesPerYear: 7,
    outage: { median: 9 * MINUTE, spread: 0.8 } as Duration,
    /** One outage of this length a year, so that the promise about it is always put to the test. */
    longOutageSeconds: 40 * MINUTE,
    /** The line in front of the broker breaks: the broker is healthy and sees every will. */
    lineBreaksPerYear: 2,
    lineBreak: { median: 12 * MINUTE, spread: 0.5 } as Duration,
    returnSeconds: 170,
  },
  weather: {
    typhoonsPerYear: 6,
    squallsPerYear: 30,
    typhoonWarned: 0.85,
    squallWarned: 0.4,
    falseWarningsPerYear: 10,
    testWarningsPerYear: 4,
    /** Chance for one element of a commune that is hit, at full strength. */
    feederCut: 0.5,
    uplinkCut: 0.22,
    cellFault: 0.3,
    microwave: 0.5,
    speakerDestroyed: 0.03,
    stormRepair: { median: 7 * HOUR, spread: 0.8 } as Duration,
    fadeFactor: 5,
  },
}

export type Rates = typeof DEFAULT_RATES

/** Another province: worse mains, better lines, other habits, clocks and batteries that differ. */
export const SHIFTED_RATES: Rates = {
  world: {
    ...DEFAULT_RATES.world,
    twoIsps: 0.15,
    mountainByCell: 0.6,
    routerUps: 0.1,
    speakerBattery: 0.5,
    poleOnOtherFeeder: 0.35,
    stationBatterySeconds: [HOUR, 3 * HOUR],
    speakerWithoutClock: 0.6,
  },
  power: { ...DEFAULT_RATES.power, feederCutsPerYear: 7, announcedOverrun: 0.25, dipsPerYear: 20 },
  links: {
    ...DEFAULT_RATES.links,
    uplinkCutsPerYear: 0.6,
    ispPerYear: 5,
    fadesPerYear: 200,
    fadeMeanSeconds: 2 * MINUTE,
  },
  devices: { ...DEFAULT_RATES.devices, routerHangsPerYear: 2.5, endMisread: 0.06 },
  people: {
    ...DEFAULT_RATES.people,
    absentADay: 0.1,
    noonSwitchOff: 0.35,
    plugPuller: 0.3,
    nightCutSites: 0.14,
    nightCutForgotten: 0.08,
  },
  platform: { ...DEFAULT_RATES.platform, outagesPerYear: 14, returnSeconds: 280 },
  weather: { ...DEFAULT_RATES.weather, typhoonWarned: 0.6, squallWarned: 0.2, feederCut: 0.7 },
}
