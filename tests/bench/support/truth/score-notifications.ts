import { atLeast, atMost, figure, percent, type TruthFigure } from './figures.ts'
import type { Match } from './match.ts'
import type { TruePast } from './true-past.ts'

/**
 * How many messages a root cause costs, and how many of them a person had to have. The roots are those that had to be
 * told and the neutral ones that were: a message about a real loss of five minutes is no second message about another
 * cause. The figure over the first alone is printed beside it.
 */
export function scoreNotifications(matches: readonly Match[], past: TruePast): TruthFigure[] {
  const count = (verdict: Match['verdict']) => matches.filter((match) => match.verdict === verdict).length
  const judged = matches.length - count('neutral')
  const lesser = new Set(
    matches.flatMap(({ lesser: incident }) => (incident === null ? [] : [incident.root])),
  )
  const roots = past.roots.size + lesser.size
  const pcOff = matches.filter((match) => match.verdict === 'false' && isAllPcs(match, past))
  return [
    figure('notifications_per_root', matches.length / roots, '', roots, atMost(1.15, 1.6)),
    figure('notifications_per_alertable_root', matches.length / past.roots.size, '', past.roots.size, null),
    figure('precision', percent(count('right'), judged), '%', judged, atLeast(98, 95)),
    figure('neutral_notifications', count('neutral'), '', matches.length, null),
    figure('pc_off_notifications', pcOff.length, '', matches.length, atMost(0, 0)),
  ]
}

function isAllPcs({ notification }: Match, past: TruePast): boolean {
  return notification.devices.every((device) => past.devices.get(device)!.kind === 'pc')
}
