import type { Rules } from '../../server/incidents/rules.ts'

/**
 * For a journey with a device or two: hold-downs and recovery that a test can wait for, all else as it is. An agent
 * that is killed leaves a closed socket behind, as one that restarts does: that takes no longer here.
 */
export const QUICK_RULES: Partial<Rules> = {
  holdDownWiredSeconds: 2,
  holdDownSocketExtraSeconds: 0,
  recoverySeconds: 1,
}
