import type { DeviceKind } from '#protocol/ids.ts'
import type { Language } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** What a device is, beside its name; '' where the name says it: "Cụm loa 4". */
export function kindBeside({ name, kind }: { name: string; kind: DeviceKind }, language: Language): string {
  const word = wordsOf(language).kind[kind]
  return name.toLocaleLowerCase(language).startsWith(word.toLocaleLowerCase(language)) ? '' : word
}
