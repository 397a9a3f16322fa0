type Traits = Readonly<Record<string, string>>

const YEAR_MS = 365.25 * 24 * 3600_000

/** "Dell OptiPlex 3050": the maker once, where the model does not begin with it; null: neither was told. */
export function modelOf({ maker, model }: Traits): string | null {
  if (!maker || !model) return model || maker || null
  return model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`
}

/** Whole years since the day of trait `made`, to the nearest; null: not told. @param at ms since 1970 */
export function ageYears(made: string | undefined, at: number): number | null {
  const day = Date.parse(made ?? '')
  return Number.isNaN(day) ? null : Math.max(0, Math.round((at - day) / YEAR_MS))
}
