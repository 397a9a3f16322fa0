import { formatNumber } from '../format.ts'
import type { Language } from '../view.ts'

const number = (value: number, language: Language) => formatNumber(value, language)

const vi = {
  title: 'Máy móc',
  allAreas: 'Tất cả địa bàn',
  onlyCare: 'Chỉ máy cần chú ý',
  show: 'Xem',
  computers: (count: number) => `${number(count, 'vi')} máy tính`,
  machines: (count: number) => `${number(count, 'vi')} thiết bị`,
  byArea: 'Theo địa bàn',
  worstFirst: 'cần làm nhiều nhất trước',
  moreBelow: (areas: number) => `Còn ${number(areas, 'vi')} địa bàn ít việc hơn.`,
  list: 'Danh sách',
  name: 'Tên',
  count: 'Máy tính',
  antivirus: 'Diệt virus',
  support: 'Hỗ trợ của hệ điều hành',
  supportState: { ended: 'Đã hết', 'ends-soon': 'Sắp hết', supported: 'Còn hạn', unknown: 'Không rõ' },
  os: 'Hệ điều hành',
  model: 'Kiểu máy',
  age: 'Tuổi máy',
  years: (years: number) => (years < 1 ? 'dưới 1 năm' : `${number(years, 'vi')} năm`),
  care: 'Cần chú ý',
  none: 'Không có thiết bị nào như vậy.',
  page: (page: number, pages: number) => `Trang ${number(page, 'vi')}/${number(pages, 'vi')}`,
}

const en: typeof vi = {
  title: 'Machines',
  allAreas: 'All areas',
  onlyCare: 'Only what needs care',
  show: 'Show',
  computers: (count) => `${number(count, 'en')} ${count === 1 ? 'computer' : 'computers'}`,
  machines: (count) => `${number(count, 'en')} ${count === 1 ? 'device' : 'devices'}`,
  byArea: 'By area',
  worstFirst: 'most to do first',
  moreBelow: (areas) => `${number(areas, 'en')} more with less to do.`,
  list: 'List',
  name: 'Name',
  count: 'Computers',
  antivirus: 'Antivirus',
  support: 'System support',
  supportState: { ended: 'Ended', 'ends-soon': 'Ends soon', supported: 'Supported', unknown: 'Unknown' },
  os: 'Operating system',
  model: 'Model',
  age: 'Age',
  years: (years) => (years < 1 ? 'under a year' : `${number(years, 'en')} ${years === 1 ? 'year' : 'years'}`),
  care: 'Needs care',
  none: 'There is no such device.',
  page: (page, pages) => `Page ${number(page, 'en')} of ${number(pages, 'en')}`,
}

/** Every word of the inventory. */
export const inventoryWordsOf = (language: Language): typeof vi => ({ vi, en })[language]
