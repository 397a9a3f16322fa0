import type { ShareView } from '../availability-view.ts'
import type { Language } from '../view.ts'
import { availabilityWordsOf } from '../words/availability.ts'
import { shareText } from './figures.tsx'

/** "Độ sẵn sàng tháng này: thiết bị chạy 99,91%, kết nối được 99,12–99,4%" */
export function monthLine(
  { device, service }: { device: ShareView; service: ShareView },
  language: Language,
): string {
  return availabilityWordsOf(language).thisMonth(shareText(device, language), shareText(service, language))
}
