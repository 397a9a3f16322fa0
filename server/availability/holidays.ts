/**
 * Days on which offices of the state in Vietnam do not work, weekends aside, unless the registry says otherwise.
 *
 * 2025: notice 6150/TB-BLDTBXH of 3 December 2024. 2026: notices of the Government Office of 13 October 2025 (Tet,
 * National Day) and 12729/VPCP-KGVX of 25 December 2025 (New Year). 2027: no decision was known when this was written;
 * the days are those of the Labour Code 2019, articles 111 and 112 (Tet: the day before and four from 6 February on,
 * days off that fall on a weekend made up for behind it), so they must be looked over when the decision is out.
 * Saturdays that are worked in exchange (26 April 2025, 10 January and 22 August 2026) count as free.
 */
export const VIETNAM_HOLIDAYS: readonly string[] = [
  '2025-01-01',
  // Tet At Ty
  '2025-01-27',
  '2025-01-28',
  '2025-01-29',
  '2025-01-30',
  '2025-01-31',
  // Hung Kings: the tenth of the third lunar month
  '2025-04-07',
  '2025-04-30',
  '2025-05-01',
  '2025-05-02',
  '2025-09-01',
  '2025-09-02',

  '2026-01-01',
  '2026-01-02',
  // Tet Binh Ngo
  '2026-02-16',
  '2026-02-17',
  '2026-02-18',
  '2026-02-19',
  '2026-02-20',
  // Hung Kings fall on a Sunday
  '2026-04-27',
  '2026-04-30',
  '2026-05-01',
  '2026-08-31',
  '2026-09-01',
  '2026-09-02',

  '2027-01-01',
  // Tet Dinh Mui
  '2027-02-05',
  '2027-02-08',
  '2027-02-09',
  '2027-02-10',
  '2027-02-11',
  '2027-04-16',
  '2027-04-30',
  // For 1 May, a Saturday
  '2027-05-03',
  '2027-09-02',
  '2027-09-03',
]
