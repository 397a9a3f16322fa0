import type { Engine, Sight } from './engine.ts'

const CLAMAV = 'ClamAV'

/** What a look at a Linux machine found. */
export interface LinuxAntivirusFacts {
  /** null: it is not installed. */
  clamav: ClamAvFacts | null
  /** Other products whose service runs, by name; more of them cannot be learned without their own programs. */
  others: string[]
}

export interface ClamAvFacts {
  /** `silent`: somebody took the call and said nothing, as it does while it loads its signatures. */
  daemon: 'answers' | 'silent' | 'stopped'
  /** clamonacc runs: files are scanned as they are opened. Without it only what somebody hands to the daemon is. */
  onAccess: boolean
  /** `unreadable`: there is one, but not in the format that we know. */
  database: 'dated' | 'absent' | 'unreadable'
  /** When its newest official signatures were made, ms since 1970. */
  madeMs: number | null
}

/** What follows from the facts. On routers and boards nothing at all is usual. Never throws. */
export function sightOnLinux({ clamav, others }: LinuxAntivirusFacts): Sight {
  const engines = [...(clamav ? [clamAvEngine(clamav)] : []), ...others.map(presenceOnly)]
  return {
    engines,
    otherwise:
      engines.length > 0 ? { state: 'as-told' } : { state: 'none', why: { reason: 'nothing-found' } },
  }
}

function clamAvEngine({ daemon, onAccess, database, madeMs }: ClamAvFacts): Engine {
  const facts = { product: CLAMAV }
  const engine = { product: CLAMAV, signaturesMadeMs: madeMs, upToDate: null, unarmed: database === 'absent' }
  if (daemon === 'answers') {
    return { ...engine, mode: onAccess ? 'on-access' : 'on-demand', protection: 'on', why: null }
  }
  if (daemon === 'silent') {
    return { ...engine, mode: null, protection: 'unknown', why: { reason: 'daemon-silent', facts } }
  }
  // Debian does not even start the daemon before freshclam has fetched its first signatures.
  const reason = database === 'absent' ? 'no-signatures' : 'not-running'
  return { ...engine, mode: 'not-running', protection: 'off', why: { reason, facts } }
}

function presenceOnly(product: string): Engine {
  return {
    product,
    mode: null,
    protection: 'unknown',
    why: { reason: 'presence-only', facts: { product } },
    signaturesMadeMs: null,
    upToDate: null,
  }
}
