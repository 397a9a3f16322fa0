/** A sign, digits with marks between them, and an exponent; or hexadecimal as modems tell the number of a cell. */
const NUMBER = /^(?:(0x[0-9a-f]{1,13})|([+-]?(?:\d[\d.,]*|[.,]\d+)(?:e[+-]?\d{1,3})?))(?!\d)(.*)$/is

/**
 * The number that a text begins with; a unit may stand behind it, such as in `-97 dBm` or `12,5 V`. It is not
 * converted. null where there is none, or more than one, or where it cannot be told which number it is: `1,234`.
 */
export function numberIn(text: string): number | null {
  const [, hexadecimal, decimal, rest] = NUMBER.exec(text.trim().replace(/^\u2212/, '-')) ?? []
  // Behind `12:30` or `3 of 5` another number follows, which a unit has not.
  if (rest === undefined || /\d/.test(rest)) return null
  if (hexadecimal !== undefined) return Number(hexadecimal)
  const number = Number(withPoint(decimal!) ?? Number.NaN)
  return Number.isFinite(number) ? number : null
}

/** With `.` before the decimals and nothing between the thousands; null: which is which cannot be told. */
function withPoint(decimal: string): string | null {
  const [points, commas] = [decimal.split('.').length - 1, decimal.split(',').length - 1]
  if (commas === 0) return points <= 1 ? decimal : null
  if (points === 0) {
    if (/^[+-]?[1-9]\d{0,2}(,\d{3}){2,}$/.test(decimal)) return decimal.replaceAll(',', '')
    if (commas > 1 || /^[+-]?[1-9]\d{0,2},\d{3}$/.test(decimal)) return null
    return decimal.replace(',', '.')
  }
  if (/^[+-]?\d{1,3}(,\d{3})+\.\d*$/.test(decimal)) return decimal.replaceAll(',', '')
  if (/^[+-]?\d{1,3}(\.\d{3})+,\d*$/.test(decimal)) return decimal.replaceAll('.', '').replace(',', '.')
  return null
}
