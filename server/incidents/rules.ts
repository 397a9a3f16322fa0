/** What decides about sessions, the facts. */
export interface SessionRules {
  /** How long a lost device on a wired line may stay away before it counts as offline. */
  holdDownWiredSeconds: number
  /** The same for one on a mobile network. */
  holdDownCellSeconds: number
  /** Added when the socket was closed in order: the operating system lived, so it may be restarting. */
  holdDownSocketExtraSeconds: number
  /** A device that always runs and said that it restarts hangs when it is not back after so long. */
  holdDownRestartSeconds: number
  /** A device on a mobile network that often comes back by itself is given longer, up to this. */
  holdDownLearnedMaxSeconds: number
  /** After the centre was away: how long a device's silence says nothing. */
  staleGraceSeconds: number
}

/** What decides about incidents, the interpretation. All that a person may want to change; `--rules` reads it from a file. */
export interface Rules extends SessionRules {
  /** Mains that is gone for so long will not come back by itself. */
  holdDownPowerSeconds: number
  /** Two losses can share a cause when their intervals, each widened by this on both sides, intersect. */
  slackSeconds: number
  /** What is lost so long behind the start of an incident of the same element may still belong to it. */
  lateMemberSeconds: number
  /** From then on what dies in an area without power has run out of battery. */
  batteryDeathAfterSeconds: number
  /** A member that has been back for so long is free again: its next loss is a new one. */
  releaseSeconds: number
  /** How long it must have been well before the incident is resolved. */
  recoverySeconds: number
  /** Which share of those that count must be back. */
  recoveredShare: number
  /** Members that are still missing so long after the end are a fault of their own. */
  residualSeconds: number
  /** A device that is lost again within this is the same case. */
  reopenSeconds: number
  /** So many losses of one device within `flappingSeconds` are one case that stays open. */
  flappingTimes: number
  /** The same for losses that it recovered from by itself, unnoticed. */
  flappingDrops: number
  flappingSeconds: number
  /** A flapping device that is away for so long has died. */
  flappingDeadSeconds: number
  /** When so large a share of all devices vanishes within `platformWindowSeconds` the centre doubts itself. */
  platformShare: number
  platformWindowSeconds: number
  /** The centre was away for so long: people are told. */
  platformHoldDownSeconds: number
  /** An ISP is at fault when its lines fail in so many areas and this share of its sites there is gone. */
  ispAreas: number
  ispShare: number
  /** So many sites of one area that are lost at once have one cause. */
  areaSites: number
  /** An island's link is at fault when this share of its sites is gone. */
  islandShare: number
  /** A cell is at fault when so many of its devices, and this share of them, are gone. */
  cellDevices: number
  cellShare: number
  /** Around an announced cut, on both sides, a loss is part of it. */
  plannedMarginSeconds: number
  /** So long behind that margin it has overrun. */
  plannedOverrunSeconds: number
  /** A site that went dark in the same way so often within `learnedOffDays` is being switched off. */
  learnedOffTimes: number
  learnedOffDays: number
  /** Two switch-offs are alike when their times of day are this close. */
  learnedOffToleranceSeconds: number
  /** So long behind its usual return on a working day it is missed. */
  learnedReturnSeconds: number
  /** So many incidents of sites or more in an area within `stormWindowSeconds` are a storm that nobody announced. */
  stormIncidents: number
  stormWindowSeconds: number
  /** So long before its onset a warning counts, and so long after its end what it hid is told. */
  stormLeadSeconds: number
  stormTailSeconds: number
  /** How often those that are listed in a storm are told. */
  stormDigestSeconds: number
  /** Below this share of loudspeakers that answer, an area that is being warned cannot be. */
  speakersShare: number
  /** Two devices of a site whose boots ended without power within this lost it together. */
  coDeathSeconds: number
  /** So long after its end the history of an incident is waited for. */
  historySeconds: number
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const DEFAULT_RULES: Rules = {
  // With a keepalive of 60 s the will comes up to 90 s after the loss: 90 + 180 = 4 min 30 s to a page.
  // Half of it pages at every second dip, twice of it finds nothing more worth a message.
  holdDownWiredSeconds: 3 * MINUTE,
  // Fades of a cell last minutes and heal.
  holdDownCellSeconds: 10 * MINUTE,
  // The time of a reboot.
  holdDownSocketExtraSeconds: 3 * MINUTE,
  holdDownRestartSeconds: 15 * MINUTE,
  holdDownLearnedMaxSeconds: 14 * MINUTE,
  // Agents come back with full jitter of at most 300 s, need up to 30 s to connect on a thin line, and all come at once.
  staleGraceSeconds: 12 * MINUTE,
  // Automatic reclosers try for a minute or two.
  holdDownPowerSeconds: 150,
  // Clocks of the sockets, of packets on a slow line and of routers that drop at their own pace.
  slackSeconds: 20,
  lateMemberSeconds: 6 * MINUTE,
  // The smallest batteries of base stations and mini-UPS last an hour.
  batteryDeathAfterSeconds: 50 * MINUTE,
  // Long enough for power that returns in attempts, short enough that a second fault is not hidden by the first.
  releaseSeconds: 10 * MINUTE,
  recoverySeconds: 10 * MINUTE,
  recoveredShare: 0.8,
  residualSeconds: HOUR,
  reopenSeconds: 48 * HOUR,
  flappingTimes: 3,
  flappingDrops: 10,
  flappingSeconds: 7 * DAY,
  flappingDeadSeconds: DAY,
  platformShare: 0.5,
  platformWindowSeconds: 3 * MINUTE,
  // Agents that lose the centre try for five minutes anyway: a restart that is shorter concerns nobody.
  platformHoldDownSeconds: 5 * MINUTE,
  ispAreas: 3,
  ispShare: 0.6,
  areaSites: 2,
  islandShare: 0.8,
  cellDevices: 3,
  cellShare: 0.6,
  plannedMarginSeconds: 30 * MINUTE,
  plannedOverrunSeconds: 15 * MINUTE,
  learnedOffTimes: 3,
  learnedOffDays: 16,
  // Some evenings somebody works late.
  learnedOffToleranceSeconds: 150 * MINUTE,
  learnedReturnSeconds: 75 * MINUTE,
  stormIncidents: 3,
  stormWindowSeconds: 2 * HOUR,
  stormLeadSeconds: HOUR,
  stormTailSeconds: HOUR,
  stormDigestSeconds: 6 * HOUR,
  speakersShare: 0.5,
  // Two keepalives, and what clocks drift over a gap.
  coDeathSeconds: 130,
  historySeconds: 7 * DAY,
}
