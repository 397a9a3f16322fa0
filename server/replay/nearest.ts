/** The word that takes the fewest changed letters to become; null when more than half of them would change. */
export function nearestOf(word: string, words: readonly string[]): string | null {
  let nearest: string | null = null
  let fewest = Math.floor(word.length / 2) + 1
  for (const other of words) {
    const changes = changesBetween(word.toLowerCase(), other.toLowerCase())
    if (changes >= fewest) continue
    fewest = changes
    nearest = other
  }
  return nearest
}

/** Levenshtein's distance, a row at a time: letters put in, taken out or put in place of others. */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[other.length]!
}
