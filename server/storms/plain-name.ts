/** What a place is called beside its name: before it in Vietnamese, behind it in English. */
const BEFORE =
  /^(?:(?:cac|tinh|thanh pho|tp|huyen|quan|thi xa|thi tran|xa|phuong|dac khu|khu vuc|vung|the)\s+)+/
const BEHIND = /(?:\s+(?:province|city|district|town|commune|ward|area|special zone))+$/

/** Lower case, without accents and punctuation: "Xã Nà Tăm" is "xa na tam". */
export function plainWords(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** "Xã Nà Tăm" and "Na Tam commune" are both "na tam"; a name of nothing else stays as it is. */
export function stemOf(words: string): string {
  return words.replace(BEFORE, '').replace(BEHIND, '') || words
}

/** The places that a description lists: "các xã Nà Tăm, Bản Bo và Sơn Bình" are three. */
export function listedIn(description: string): string[] {
  return description
    .split(/[,;.:()\n/]|\s[-–]\s|\s(?:và|and|va)\s/iu)
    .map(plainWords)
    .filter((words) => words !== '')
}
