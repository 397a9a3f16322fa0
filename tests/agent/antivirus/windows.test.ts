import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NO_CHANCES } from '../../../agent/antivirus/chances.ts'
import { decodeProductState } from '../../../agent/antivirus/product-state.ts'
import { antivirusVerdict } from '../../../agent/antivirus/verdict.ts'
import type { WindowsAntivirusFacts } from '../../../agent/windows/antivirus-facts.ts'
import {
  CLIENT,
  chancesOf,
  DAY,
  HEALTHY,
  HOUR,
  NOT_RUNNING,
  NOW,
  product,
  SERVER,
  STATES,
} from './samples.ts'

const verdictOf = (facts: WindowsAntivirusFacts, hours = 0) =>
  antivirusVerdict(facts, chancesOf(facts, hours), NOW)

const KASPERSKY = product('Kaspersky', STATES.onWithUpdater)
const ESET = product('ESET Security', STATES.onWithUpdater)
const BKAV = product('Bkav Pro Internet Security', STATES.on)
const DEFENDER_OFF = product('Windows Defender', STATES.defenderOff)
/** In each passive mode all switches are reported as on (mondoohq/mql, pull request 10381). */
const passive = (runningMode: string) => ({ ...HEALTHY, runningMode })

interface Case {
  what: string
  facts: Partial<WindowsAntivirusFacts>
  state: string
  product: string | null
  mode?: string | null
  why: string
}

describe('a PC', () => {
  test.each<Case>([
    {
      what: 'Defender at work',
      facts: {},
      state: 'protected',
      product: 'Windows Defender',
      mode: 'normal',
      why: 'current',
    },
    {
      what: 'Kaspersky at work, Defender resting',
      facts: { products: [DEFENDER_OFF, KASPERSKY], defender: NOT_RUNNING },
      state: 'protected',
      product: 'Kaspersky',
      mode: 'normal',
      why: 'says-current',
    },
    {
      what: 'Kaspersky at work, Defender passive',
      facts: { products: [KASPERSKY, DEFENDER_OFF], defender: passive('Passive Mode') },
      state: 'protected',
      product: 'Kaspersky',
      mode: 'normal',
      why: 'says-current',
    },
    {
      what: 'Defender passive and nobody else',
      facts: { products: [DEFENDER_OFF], defender: passive('Passive Mode') },
      state: 'off',
      product: 'Windows Defender',
      mode: 'passive',
      why: 'passive-alone product=Windows%20Defender',
    },
    {
      what: 'Defender passive, though the security centre still lists it as on',
      facts: { defender: passive('Passive Mode') },
      state: 'off',
      product: 'Windows Defender',
      mode: 'passive',
      why: 'passive-alone product=Windows%20Defender',
    },
    {
      what: 'Defender in EDR block mode and nobody else',
      facts: { products: [DEFENDER_OFF], defender: passive('EDR Block Mode') },
      state: 'off',
      product: 'Windows Defender',
      mode: 'edr-block',
      why: 'passive-alone product=Windows%20Defender',
    },
    {
      what: 'Defender in SxS passive mode (limited periodic scanning) and nobody else',
      facts: { products: [DEFENDER_OFF], defender: passive('SxS Passive Mode') },
      state: 'off',
      product: 'Windows Defender',
      mode: 'sxs-passive',
      why: 'passive-alone product=Windows%20Defender',
    },
    {
      what: 'Defender passive beside a product that was switched off: that one is to be switched on',
      facts: {
        products: [DEFENDER_OFF, product('ESET Security', STATES.off)],
        defender: passive('SxS Passive Mode'),
      },
      state: 'off',
      product: 'ESET Security',
      mode: 'off',
      why: 'switched-off product=ESET%20Security',
    },
    {
      what: 'Bkav at work',
      facts: { products: [BKAV, DEFENDER_OFF], defender: NOT_RUNNING },
      state: 'protected',
      product: 'Bkav Pro Internet Security',
      mode: 'normal',
      why: 'says-current',
    },
    {
      what: 'ESET at work',
      facts: { products: [ESET], defender: null, defenderProblem: 'HRESULT 0x800106ba' },
      state: 'protected',
      product: 'ESET Security',
      mode: 'normal',
      why: 'says-current',
    },
    {
      what: 'ESET paused',
      facts: { products: [product('ESET Security', STATES.snoozed), DEFENDER_OFF], defender: NOT_RUNNING },
      state: 'off',
      product: 'ESET Security',
      mode: 'snoozed',
      why: 'snoozed product=ESET%20Security',
    },
    {
      what: 'a licence of Kaspersky that has expired',
      facts: { products: [product('Kaspersky', STATES.expired)], defender: null },
      state: 'off',
      product: 'Kaspersky',
      mode: 'expired',
      why: 'expired product=Kaspersky',
    },
    {
      what: 'an expired product, and Defender has stepped in',
      facts: {
        products: [
          product('Kaspersky', STATES.expired),
          product('Microsoft Defender Antivirus', STATES.defenderOn),
        ],
      },
      state: 'protected',
      product: 'Microsoft Defender Antivirus',
      mode: 'normal',
      why: 'current',
    },
    {
      what: 'what a removed product left behind, and Defender at work',
      facts: {
        products: [
          product('Panda Endpoint Protection', STATES.offOutdated),
          product('Windows Defender', STATES.defenderOn),
        ],
      },
      state: 'protected',
      product: 'Windows Defender',
      mode: 'normal',
      why: 'current',
    },
    {
      what: 'two at work, one of them out of date',
      facts: { products: [product('Old Shield', STATES.onOutdated), ESET], defender: NOT_RUNNING },
      state: 'protected',
      product: 'ESET Security',
      why: 'says-current',
    },
    {
      what: 'Kaspersky and Defender both at work: the one whose age is known',
      facts: { products: [KASPERSKY, product('Windows Defender', STATES.defenderOn)] },
      state: 'protected',
      product: 'Windows Defender',
      why: 'current',
    },
    {
      what: 'Bitdefender, which is not Defender',
      facts: { products: [product('Bitdefender Antivirus Free', STATES.on)], defender: NOT_RUNNING },
      state: 'protected',
      product: 'Bitdefender Antivirus Free',
      why: 'says-current',
    },
    {
      what: 'Defender by a name that is not known, but with the mark of its maker',
      facts: {
        products: [product('Антивирус Майкрософт', STATES.defenderOn)],
        defender: passive('Passive Mode'),
      },
      state: 'off',
      product: 'Антивирус Майкрософт',
      mode: 'passive',
      why: `passive-alone product=${encodeURIComponent('Антивирус Майкрософт')}`,
    },
    {
      what: 'Defender whose real-time protection was switched off, which the security centre has not heard',
      facts: { defender: { ...HEALTHY, realTime: false } },
      state: 'off',
      product: 'Windows Defender',
      mode: 'normal',
      why: 'real-time-off product=Windows%20Defender',
    },
    {
      what: 'Defender at work, which the security centre has not heard yet',
      facts: { products: [DEFENDER_OFF] },
      state: 'protected',
      product: 'Windows Defender',
      why: 'current',
    },
    {
      what: 'Defender by the security centre only: it does not answer itself',
      facts: { defender: null, defenderProblem: 'HRESULT 0x80041001 Generic failure' },
      state: 'protected',
      product: 'Windows Defender',
      why: 'says-current',
    },
    {
      what: 'Defender whose service rests, though the security centre still lists it as on',
      facts: { defender: null, defenderProblem: 'HRESULT 0x800106ba' },
      state: 'off',
      product: 'Windows Defender',
      mode: 'not-running',
      why: 'not-running product=Windows%20Defender',
    },
    {
      what: 'Microsoft Security Essentials on Windows 7, where nobody can be asked but the security centre',
      facts: {
        products: [product('Microsoft Security Essentials', 0x61000)],
        defender: null,
        defenderProblem: 'HRESULT 0x8004100e Invalid namespace',
      },
      state: 'protected',
      product: 'Microsoft Security Essentials',
      why: 'says-current',
    },
    {
      what: 'an old Defender that tells no mode, in charge by the security centre',
      facts: { defender: { ...HEALTHY, runningMode: null } },
      state: 'protected',
      product: 'Windows Defender',
      mode: null,
      why: 'current',
    },
    {
      what: 'an old Defender that tells no mode, not in charge',
      facts: { products: [DEFENDER_OFF], defender: { ...HEALTHY, runningMode: null } },
      state: 'off',
      product: 'Windows Defender',
      mode: null,
      why: 'switched-off product=Windows%20Defender',
    },
    {
      what: 'a mode that is not known yet is not taken for a good one',
      facts: { products: [DEFENDER_OFF], defender: passive('Drift Mode') },
      state: 'off',
      product: 'Windows Defender',
      mode: null,
      why: 'switched-off product=Windows%20Defender',
    },
    {
      what: 'a state that is not known',
      facts: { products: [product('Norton', 344_064)], defender: null },
      state: 'unknown',
      product: 'Norton',
      why: 'state-not-known product=Norton state=0x54000',
    },
    {
      what: 'nothing at all',
      facts: { products: [], defender: null, defenderProblem: 'HRESULT 0x80041013 Provider load failure' },
      state: 'none',
      product: null,
      mode: null,
      why: 'nothing-registered',
    },
    {
      what: 'nothing registered, Defender resting',
      facts: { products: [], defender: NOT_RUNNING },
      state: 'off',
      product: 'Microsoft Defender',
      mode: 'not-running',
      why: 'not-running product=Microsoft%20Defender',
    },
    {
      what: 'a security centre that cannot be asked, Defender at work',
      facts: { namespace: 'failed', products: [] },
      state: 'protected',
      product: 'Microsoft Defender',
      why: 'current',
    },
    {
      what: 'a security centre that cannot be asked, Defender resting: somebody else may be at work',
      facts: { namespace: 'failed', products: [], defender: NOT_RUNNING },
      state: 'unknown',
      product: 'Microsoft Defender',
      mode: 'not-running',
      why: 'others-not-seen product=Microsoft%20Defender',
    },
    {
      what: 'a security centre that cannot be asked, an old Defender that tells no mode',
      facts: { namespace: 'failed', products: [], defender: { ...HEALTHY, runningMode: null } },
      state: 'unknown',
      product: 'Microsoft Defender',
      why: 'others-not-seen product=Microsoft%20Defender',
    },
    {
      what: 'neither can be asked',
      facts: { namespace: 'failed', products: [], defender: null, defenderProblem: 'timed out' },
      state: 'unknown',
      product: null,
      mode: null,
      why: 'cannot-ask',
    },
    {
      what: 'no security centre, which on a PC is a fault',
      facts: { namespace: 'absent', products: [], defender: null, defenderProblem: 'HRESULT 0x8004100e' },
      state: 'unknown',
      product: null,
      why: 'cannot-ask',
    },
  ])('$what', ({ facts, what: _what, ...expected }) => {
    expect(verdictOf({ ...CLIENT, ...facts })).toMatchObject(expected)
  })
})

describe('a server, which has no security centre', () => {
  test.each<Case>([
    {
      what: 'Defender at work',
      facts: {},
      state: 'protected',
      product: 'Microsoft Defender',
      mode: 'normal',
      why: 'current',
    },
    {
      what: 'Windows Server 2016, whose Defender tells no mode',
      facts: { defender: { ...HEALTHY, runningMode: null } },
      state: 'protected',
      product: 'Microsoft Defender',
      mode: null,
      why: 'current',
    },
    {
      what: 'real-time protection off',
      facts: { defender: { ...HEALTHY, realTime: false } },
      state: 'off',
      product: 'Microsoft Defender',
      why: 'real-time-off product=Microsoft%20Defender',
    },
    {
      what: 'Defender set to be passive: for whom, nobody can see',
      facts: { defender: passive('Passive Mode') },
      state: 'unknown',
      product: 'Microsoft Defender',
      mode: 'passive',
      why: 'passive-on-server product=Microsoft%20Defender',
    },
    {
      what: 'Defender resting',
      facts: {
        defender: null,
        defenderProblem:
          'A general error occurred that is not covered by a more specific error code. HRESULT 0x800106ba',
      },
      state: 'off',
      product: 'Microsoft Defender',
      mode: 'not-running',
      why: 'not-running product=Microsoft%20Defender',
    },
    {
      what: 'Defender removed',
      facts: { defender: null, defenderProblem: 'Không gian tên không hợp lệ HRESULT 0x8004100e' },
      state: 'none',
      product: null,
      why: 'defender-not-installed',
    },
    {
      what: 'Defender removed by force',
      facts: { defender: null, defenderProblem: 'Provider load failure HRESULT 0x80041013' },
      state: 'none',
      product: null,
      why: 'defender-not-installed',
    },
    {
      what: 'Defender cannot be asked',
      facts: { defender: null, defenderProblem: 'expected an answer within 60000 ms' },
      state: 'unknown',
      product: null,
      why: 'cannot-ask',
    },
    {
      what: 'a question to the security centre that failed, Defender removed',
      facts: { namespace: 'failed', defender: null, defenderProblem: 'HRESULT 0x8004100e' },
      state: 'unknown',
      product: null,
      why: 'cannot-ask',
    },
  ])('$what', ({ facts, what: _what, ...expected }) => {
    expect(verdictOf({ ...SERVER, ...facts })).toMatchObject(expected)
  })
})

describe('old signatures', () => {
  const made = (ageMs: number, facts = CLIENT): WindowsAntivirusFacts => ({
    ...facts,
    defender: { ...HEALTHY, signaturesUpdatedAt: NOW - ageMs, outOfDate: ageMs > 7 * DAY },
  })
  test.each<[string, number, number, string, string]>([
    ['of yesterday', 30 * HOUR, 30, 'protected', 'current'],
    ['of three days ago, on a machine that is never off', 72 * HOUR, 72, 'stale', 'signatures-old'],
    ['of ten days ago, the line up for four days', 10 * DAY, 96, 'stale', 'signatures-old'],
    ['of ten days ago, four office days', 10 * DAY, 32, 'stale', 'signatures-old'],
    ['of ten days ago, first morning after Tết', 10 * DAY, 7, 'protected', 'few-chances'],
    ['of ten days ago, the third morning', 10 * DAY, 23.9, 'protected', 'few-chances'],
    ['of two months ago, first morning', 60 * DAY, 4, 'protected', 'few-chances'],
    ['of two months ago, first evening', 60 * DAY, 8, 'stale', 'signatures-old'],
  ])('%s', (_what, ageMs, hours, state, reason) => {
    const verdict = verdictOf(made(ageMs), hours)
    expect([verdict.state, verdict.why.split(' ')[0]]).toEqual([state, reason])
    expect(verdict.ageHours).toBe(ageMs / HOUR)
  })

  test('the reason names their day and the limit, and stays the same from look to look', () => {
    expect(verdictOf(made(10 * DAY), 30).why).toBe('signatures-old made=2026-11-12 limit_hours=24')
    expect(verdictOf(made(10 * DAY), 96).why).toBe('signatures-old made=2026-11-12 limit_hours=24')
  })

  test.each<[string, number, string, string]>([
    ['a day after Tết', 7, 'protected', 'says-outdated-few-chances limit_hours=8'],
    ['after an office day', 8, 'stale', 'says-outdated'],
  ])('of another maker, by its own word, %s', (_what, hours, state, why) => {
    const facts = { ...CLIENT, products: [product('Bkav', STATES.onOutdated)], defender: NOT_RUNNING }
    expect(verdictOf(facts, hours)).toMatchObject({ state, why, ageHours: null })
  })

  test('an engine without any is not blamed on the line', () => {
    const facts = { ...CLIENT, defender: { ...HEALTHY, signaturesUpdatedAt: null, signatureAgeDays: 65_535 } }
    expect(verdictOf(facts)).toMatchObject({
      state: 'stale',
      why: 'no-signatures product=Windows%20Defender',
    })
  })

  test.each<[string, number, number | null]>([
    ['a clock of 1970', 3 * HOUR, null],
    ['a clock not believed', NOW, null],
    ['no number', Number.NaN, null],
  ])('%s makes no age', (what, nowMs, age) => {
    const verdict = antivirusVerdict(CLIENT, NO_CHANCES, what.includes('believed') ? null : nowMs)
    expect(verdict).toMatchObject({ state: 'protected', ageHours: age, why: 'age-not-known' })
  })

  test('signatures of the future have no age', () => {
    expect(antivirusVerdict(made(-25 * HOUR), NO_CHANCES, NOW)).toMatchObject({
      state: 'protected',
      ageHours: null,
      why: 'age-not-known',
    })
  })

  test('without a clock what is not renewed for long is stale all the same', () => {
    expect(antivirusVerdict(CLIENT, chancesOf(CLIENT, 71), null).state).toBe('protected')
    expect(antivirusVerdict(CLIENT, chancesOf(CLIENT, 72), null)).toMatchObject({
      state: 'stale',
      why: 'not-renewed limit_hours=72',
    })
  })

  test('a time zone that was left out makes them new, not of the future', () => {
    expect(antivirusVerdict(made(-7 * HOUR), NO_CHANCES, NOW)).toMatchObject({
      state: 'protected',
      ageHours: 0,
    })
  })
})

describe('whatever Windows says', () => {
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })
  const anyProduct = fc.record({
    name: fc.oneof(fc.string(), fc.constantFrom('Windows Defender', 'Kaspersky', '__proto__', '', 'K\ud800')),
    productState: fc.oneof(fc.constantFrom(...Object.values(STATES)), fc.integer(), fc.double()),
    timestamp: maybe(fc.string()),
  })
  const anyDefender = fc.record({
    runningMode: maybe(
      fc.oneof(
        fc.string(),
        fc.constantFrom('Normal', 'Passive Mode', 'EDR Block Mode', 'SxS Passive Mode', 'Not running'),
      ),
    ),
    serviceEnabled: maybe(fc.boolean()),
    antivirusEnabled: maybe(fc.boolean()),
    realTime: maybe(fc.boolean()),
    signaturesUpdatedAt: maybe(
      fc.oneof(fc.double(), fc.integer({ min: NOW - 100 * DAY, max: NOW + 3 * DAY })),
    ),
    signatureAgeDays: maybe(fc.integer({ min: 0, max: 70_000 })),
    outOfDate: maybe(fc.boolean()),
  })
  const anyFacts: fc.Arbitrary<WindowsAntivirusFacts> = fc.record({
    namespace: fc.constantFrom('present', 'absent', 'failed'),
    namespaceProblem: maybe(fc.string()),
    products: fc.array(anyProduct, { maxLength: 4 }),
    defender: maybe(anyDefender),
    defenderProblem: maybe(fc.oneof(fc.string(), fc.constantFrom('0x8004100e', '0x800106ba'))),
    server: fc.boolean(),
  })
  const anyNow = maybe(fc.oneof(fc.double(), fc.integer({ min: NOW - 400 * DAY, max: NOW + 400 * DAY })))

  /** Written anew here, from the rules: what is on by itself. */
  function somethingIsOn({ namespace, products, defender, server }: WindowsAntivirusFacts): boolean {
    const mode = defender?.runningMode?.trim().toLowerCase()
    const switches = defender !== null && defender.serviceEnabled !== false
    const defenderOn =
      switches &&
      defender.antivirusEnabled !== false &&
      defender.realTime !== false &&
      !['passive mode', 'edr block mode', 'sxs passive mode', 'not running'].includes(mode ?? '')
    const listedOn =
      namespace === 'present' &&
      products.some(({ productState }) => decodeProductState(productState).protection === 'on')
    return listedOn || (defenderOn && (mode === 'normal' || (server && defender.realTime === true)))
  }

  test('it never throws, is never protected when nothing is on, and no age is negative', () => {
    fc.assert(
      fc.property(anyFacts, fc.double({ min: 0, max: 500 }), anyNow, (facts, hours, nowMs) => {
        const verdict = antivirusVerdict(facts, chancesOf(facts, hours), nowMs)
        if (!somethingIsOn(facts)) expect(['protected', 'stale']).not.toContain(verdict.state)
        if (verdict.ageHours !== null) expect(verdict.ageHours).toBeGreaterThanOrEqual(0)
        if (verdict.state === 'none') expect(verdict.product).toBeNull()
      }),
      { numRuns: 3000 },
    )
  })

  test('none is said only of a PC whose security centre answered, or of a server that told its Defender is gone', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        if (antivirusVerdict(facts, NO_CHANCES, NOW).state !== 'none') return
        const empty = facts.namespace === 'present' && facts.products.length === 0
        expect(empty || (facts.server && facts.namespace === 'absent')).toBe(true)
        expect(facts.defender).toBeNull()
      }),
      { numRuns: 3000 },
    )
  })
})
