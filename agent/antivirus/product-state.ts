/** What a product tells the Windows Security Center of itself. */
export interface ProductState {
  protection: 'on' | 'off' | 'snoozed' | 'expired' | 'unknown'
  /** null: it says something that is not known. */
  upToDate: boolean | null
  /** Made by Microsoft, or by another. */
  microsoft: boolean
}

/**
 * Takes `productState` of WMI's AntiVirusProduct apart. Microsoft documents the words (IWscProduct,
 * WSC_SECURITY_PRODUCT_STATE and WSC_SECURITY_SIGNATURE_STATUS of Iwscapi.h; the bits `Product snoozed`, `Microsoft
 * product`, `Product up to date`, `Product enabled` in MS-WSH, ClientStatusCode) but not these bits, and the numbers
 * of the header are others: there 0 is on, here 1. They are as administrators found them on thousands of machines:
 * 0x61100 Defender on, 0x60100 Defender off, 0x41000 and 0x40000 another on and off, +0x10 out of date.
 */
export function decodeProductState(productState: number): ProductState {
  if (!Number.isInteger(productState) || productState < 0 || productState > 0xffff_ffff) {
    return { protection: 'unknown', upToDate: null, microsoft: false }
  }
  return {
    protection: PROTECTION[(productState >>> 12) & 0xf] ?? 'unknown',
    upToDate: UP_TO_DATE[(productState >>> 4) & 0xf] ?? null,
    microsoft: ((productState >>> 8) & 0xf) === 1,
  }
}

const PROTECTION = ['off', 'on', 'snoozed', 'expired'] as const
const UP_TO_DATE = [true, false] as const
