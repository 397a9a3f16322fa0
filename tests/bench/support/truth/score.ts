import type { Truth } from '../../../../deploy/demo/simulator/truth.ts'
import { type Explanation, explain } from './explain.ts'
import type { TruthFigure } from './figures.ts'
import { matchOf } from './match.ts'
import { isField, isSent, type Records } from './records.ts'
import { availabilityErrors, scoreAvailability } from './score-availability.ts'
import { scoreBursts } from './score-bursts.ts'
import { detections, scoreDetection } from './score-detection.ts'
import { scoreNotifications } from './score-notifications.ts'
import { scoreRecall } from './score-recall.ts'
import { scoreVerdicts } from './score-verdicts.ts'
import { truePast } from './true-past.ts'

export interface Score {
  figures: TruthFigure[]
  /** What is behind each point that was lost, made only when it is asked for. */
  explanations(): Explanation[]
}

/** Every line of the table of goals, from what a replay printed and what really happened. */
export function score(records: Records, truth: Truth): Score {
  const past = truePast(truth)
  const matches = records.notifications
    .filter((notification) => isSent(notification) && isField(notification))
    .map((notification) => matchOf(notification, past))
  const recall = scoreRecall(matches, records, past)
  const found = detections(matches, past)
  const verdicts = scoreVerdicts(matches, records, past)
  const errors = availabilityErrors(records, past)
  return {
    figures: [
      ...scoreNotifications(matches, past),
      ...recall.figures,
      ...scoreDetection(found),
      ...verdicts.figures,
      ...scoreAvailability(errors),
      ...scoreBursts(matches, records, past),
    ],
    explanations: () => explain({ past, matches, recall, found, verdicts, errors, records }),
  }
}
