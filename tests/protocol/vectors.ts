import type { Report } from '#protocol/report.ts'

/** A minute's rows as a PC makes them; small, so that the hex can be followed by hand in protocol/README.md. */
export const REPORT_VECTORS: { name: string; hex: string; report: Report }[] = [
  {
    name: 'one row, one metric',
    hex: '01010100010000010103de80',
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
    hex: '01c5c60484070007a09902e186e51a03038000fe007bd60d44c4eb40000178af541758',
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
    hex: '01ffffff7f0100ac0280b0bd100002024c05d7f3137ffceffd9029e8d4a50fffd75d3ef7980000',
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
    hex: '01090200013c0102014c05c7f4',
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
