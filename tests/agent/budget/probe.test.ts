import { expect, test } from 'vitest'
import { budgetWorld, settled } from '../../support/budget-world.ts'

/** Asks, and asks again when the disk has had its time. */
async function mayProbe(world: ReturnType<typeof budgetWorld>, bytes: number): Promise<boolean> {
  if (world.budget.mayProbe(bytes)) return true
  await settled()
  return world.budget.mayProbe(bytes)
}

test('without a cap a look is always paid, and counted', async () => {
  const world = budgetWorld(null)
  await world.start()
  expect(world.budget.capBytes).toBeNull()
  expect(world.budget.mayProbe(200_000)).toBe(true)
  world.budget.probed(150_000)
  expect(world.budget.spentBytes).toBe(150_000)
})

test('one look at a time', async () => {
  const world = budgetWorld(null)
  await world.start()
  expect(world.budget.mayProbe(200_000)).toBe(true)
  expect(world.budget.mayProbe(1000)).toBe(false)
  world.budget.probed(0)
  expect(world.budget.mayProbe(1000)).toBe(true)
})

test('a look is set aside on the disk before it begins: a power cut in its middle has spent it', async () => {
  const world = budgetWorld(20_000_000)
  await world.start()
  expect(world.budget.mayProbe(200_000)).toBe(false)
  await settled()
  expect(world.budget.mayProbe(200_000)).toBe(true)
  await world.start(0)
  expect(world.budget.spentBytes).toBeGreaterThanOrEqual(200_000)
})

test('no look is paid by what the pace needs until the month is over', async () => {
  // An office PC takes some 760 kB a month; three weeks are left of it.
  const world = budgetWorld(1_000_000)
  await world.start()
  expect(await mayProbe(world, 100_000)).toBe(true)
  world.budget.probed(100_000)
  let looks = 1
  while (await mayProbe(world, 100_000)) {
    world.budget.probed(100_000)
    expect(++looks).toBeLessThan(10)
  }
  expect(looks).toBeGreaterThan(1)
  for (let hour = 0; hour < 24; hour++) {
    world.pass(3600)
    world.budget.tick()
  }
  expect(world.steps).toEqual([])
  expect(world.budget.step).toBe(0)
})

test('a device whose pace is stretched already takes no look', async () => {
  const world = budgetWorld(300_000)
  await world.start()
  expect(world.budget.step).toBeGreaterThan(0)
  expect(await mayProbe(world, 10)).toBe(false)
})

test('what a look did not spend is there again', async () => {
  const world = budgetWorld(20_000_000)
  await world.start()
  expect(await mayProbe(world, 200_000)).toBe(true)
  world.budget.probed(21_000)
  expect(world.budget.spentBytes).toBe(21_000)
  expect(await mayProbe(world, 200_000)).toBe(true)
})
