import type { Report } from '#protocol/report.ts'

/** A minute's rows as a PC makes them; small, so that the hex can be followed by hand in protocol/README.md. */
export const REPORT_VECTORS: { name: string; hex: string; report: Report }[] = [
  {
    name: 'one row, one metric',
    hex: '10010101000001013e8040',
    report: {
      epoch: 1,
      seq: 1,
      boot: 1,
      uptimeSeconds: 0,
      clockSeconds: null,
      offsetsSeconds: [0],
      columns: [{ metric: 1, values: [125] }],
    },
  },
  {
    name: 'three rows a minute apart, with a gap and a counter',
    hex: '10c5c604840707a09902e186e51a03036b7d009d4f3501010002fdde57c158',
    report: {
      epoch: 74565,
      seq: 900,
      boot: 7,
      uptimeSeconds: 36000,
      clockSeconds: 1_795_316_400,
      offsetsSeconds: [0, 60, 120],
      columns: [
        { metric: 1, values: [125, 131, 98] },
        { metric: 4, values: [1_048_576, 1_048_700, 1_048_811] },
        { metric: 6, values: [null, 43, null] },
      ],
    },
  },
  {
    name: 'an unknown metric, negative and large integers',
    hex: '10ffffff7f01ac0280b0bd10000202f5fffdff5040dffdfd4654d1d3ff17ae9f7bcc0000',
    report: {
      epoch: 268_435_455,
      seq: 1,
      boot: 300,
      uptimeSeconds: 86_400 * 400,
      clockSeconds: null,
      offsetsSeconds: [0, 61],
      columns: [
        { metric: 8, values: [-7, -7] },
        { metric: 16_383, values: [-1_000_000_000_000, 2_000_000_000_000] },
      ],
    },
  },
  {
    name: 'nothing measured at all',
    hex: '100902013c010201f5d0',
    report: {
      epoch: 9,
      seq: 2,
      boot: 1,
      uptimeSeconds: 60,
      clockSeconds: 1_767_225_600,
      offsetsSeconds: [0, 60],
      columns: [{ metric: 8, values: [null, null] }],
    },
  },
]

const first = REPORT_VECTORS[1]!.report

const steady: Report = {
  ...first,
  columns: [
    { metric: 1, values: [125, 131, 98] },
    { metric: 4, values: [1_048_576, 1_048_700, 1_048_811] },
    { metric: 9, values: [4, 4, 4] },
  ],
}

/** Reports of the same epoch and boot that stand on `before`. */
export const STANDING_VECTORS: { name: string; hex: string; before: Report; report: Report }[] = [
  {
    name: 'the steady state: the next number, the same shape, a row each minute',
    hex: '1f85070908c7044e9ebc30',
    before: steady,
    report: {
      ...steady,
      seq: 901,
      uptimeSeconds: 36_180,
      clockSeconds: first.clockSeconds! + 180,
      columns: [
        { metric: 1, values: [104, 118, 120] },
        { metric: 4, values: [1_048_901, 1_049_003, 1_049_110] },
        { metric: 9, values: [4, 4, 4] },
      ],
    },
  },
  {
    name: 'five numbers later, other rows, other metrics, a clock that was set and gaps',
    hex: '188907055704037477fe00040f8fc82a72f00c2d00',
    before: first,
    report: {
      ...first,
      seq: 905,
      uptimeSeconds: 36_437,
      clockSeconds: first.clockSeconds! + 444,
      offsetsSeconds: [0, 60, 120, 181],
      columns: [
        { metric: 1, values: [125, 125, 125, 125] },
        { metric: 6, values: [null, null, 44, 45] },
        { metric: 7, values: [3, 0, null, 0] },
      ],
    },
  },
]
