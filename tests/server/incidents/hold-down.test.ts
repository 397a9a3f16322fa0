import { expect, test } from 'vitest'
import { deviceId } from '#protocol/ids.ts'
import { deviceState } from '../../../server/incidents/state.ts'
import { cell, connected, engineStory, silent } from '../../support/engine-story.ts'
import { smallWorld } from '../../support/small-world.ts'

const speaker = { kind: 'speaker', sim: 'A' } as const

/** Two sites, a loudspeaker each, on one cell; another on a cell of its own. */
function threePoles() {
  const story = engineStory(
    smallWorld({
      S1: { name: 'Nà Tăm', devices: { L1: speaker } },
      S2: { name: 'Hua Bum', devices: { L2: speaker } },
      S3: { name: 'Tà Tổng', devices: { L3: speaker } },
    }),
  )
  const ids = ['L1', 'L2', 'L3']
  story.tell('10:00:00', ...ids.map((id) => connected(id, 120)))
  story.tell('10:00:01', cell('L1', '452-01-1'), cell('L2', '452-01-1'), cell('L3', '452-01-2'))
  const learned = (id: string) =>
    deviceState(story.state, deviceId(id)).recoveries.map(({ seconds }) => seconds)
  return { ...story, learned }
}

test('how long a device takes to come back is learned when it went alone', () => {
  const { tell, learned } = threePoles()
  tell('11:00:00', silent('L1'))
  tell('11:05:00', connected('L1', 120))
  expect(learned('L1')).toEqual([360])
})

test('nothing is learned of one from what befell its cell; who is on another cell went alone', () => {
  const { tell, learned } = threePoles()
  tell('11:00:00', silent('L1'), silent('L2'), silent('L3'))
  tell('11:05:00', connected('L1', 120), connected('L2', 120), connected('L3', 120))
  expect(['L1', 'L2', 'L3'].map(learned)).toEqual([[], [], [360]])
})
