/** Of places that do not exist: nobody's commune shall be seen to fail. */
const COMMUNES = [
  ...['Hòn Sẻ', 'Nà Lùng', 'Cửa Vọng', 'Bãi Thơm Xanh', 'Pù Mây', 'Đảo Én', 'Vạn Sóng', 'Khe Trúc'],
  ...['Cồn Tiên Sa', 'Hòn Dừa', 'Bản Sương', 'Phú Hải Châu'],
]

const OFFICES = ['UBND xã', 'Nhà văn hoá xã', 'Trạm y tế xã', 'Công an xã', 'Trường THCS']

const DESKS = [
  ...['Văn thư', 'Kế toán', 'Tư pháp', 'Địa chính', 'Văn hoá', 'Một cửa 1', 'Một cửa 2', 'Phó chủ tịch'],
]

const of = (names: readonly string[], at: number): string =>
  at < names.length ? names[at]! : `${names[at % names.length]!} ${Math.floor(at / names.length) + 1}`

export const communeName = (at: number): string => of(COMMUNES, at)

/** The so-and-so-many-th site of a commune. */
export const siteName = (at: number, commune: string): string =>
  `${OFFICES[at] ?? `Thôn ${at + 1 - OFFICES.length}`} ${commune}`

/** The so-and-so-many-th device of its kind on a site. */
export function deviceName(kind: 'pc' | 'router' | 'speaker', at: number): string {
  switch (kind) {
    case 'pc':
      return `Máy ${of(DESKS, at)}`
    case 'router':
      return at === 0 ? 'Bộ định tuyến' : `Bộ định tuyến ${at + 1}`
    case 'speaker':
      return `Cụm loa ${at + 1}`
  }
}
