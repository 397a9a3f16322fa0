/** What Windows itself says of antivirus programs, as it said it; what follows from it is judged elsewhere. */
export interface WindowsAntivirusFacts {
  /** Whether `root/SecurityCenter2` is there: server editions have none. `failed`: nobody knows. */
  namespace: 'present' | 'absent' | 'failed'
  /** Why the security centre could not be asked; null when it could, or has none. */
  namespaceProblem: string | null
  products: SecurityCenterProduct[]
  defender: DefenderStatus | null
  /** Why there is nothing of Defender: it was removed, its service rests, or the question failed. */
  defenderProblem: string | null
  /** A server or a domain controller, by ProductType. */
  server: boolean
}

/** A row of AntiVirusProduct. */
export interface SecurityCenterProduct {
  name: string
  /** Bits whose meaning Microsoft never published. */
  productState: number
  /** When it last reported, as it is written there: `Sat, 21 Nov 2026 02:11:09 GMT`. */
  timestamp: string | null
}

/** Of MSFT_MpComputerStatus; null is what this version does not say. */
export interface DefenderStatus {
  /** `Normal`, `Passive Mode`, `SxS Passive Mode`, `EDR Block Mode`, `Not running`: never translated. */
  runningMode: string | null
  serviceEnabled: boolean | null
  antivirusEnabled: boolean | null
  realTime: boolean | null
  /** ms since 1970. */
  signaturesUpdatedAt: number | null
  /** Whole days, as Defender counts them. */
  signatureAgeDays: number | null
  outOfDate: boolean | null
}
