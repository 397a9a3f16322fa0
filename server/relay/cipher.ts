import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import {
  SEAL_INFO,
  SEAL_KEY_BYTES,
  type SealCipher,
  type SealedMessage,
  type SealKeys,
  splitKeys,
  TAG_BYTES,
} from '#protocol/seal.ts'

const ALGORITHM = 'aes-128-ccm'
const OPTIONS = { authTagLength: TAG_BYTES }

/** The keys of a session, of the device's own key and what both ends drew for this once. */
export function sealKeys(psk: Uint8Array, ofDevice: Uint8Array, ofCentre: Uint8Array): SealKeys {
  const salt = Buffer.concat([ofDevice, ofCentre])
  return splitKeys(new Uint8Array(hkdfSync('sha256', psk, salt, SEAL_INFO, 2 * SEAL_KEY_BYTES)))
}

/** Node's. The other end has the same few lines, since agent and server share nothing but the protocol, which knows no Node. */
export const nodeCipher: SealCipher = {
  seal(key: Uint8Array, nonce: Uint8Array, { named, content }: SealedMessage): Uint8Array {
    const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS)
    cipher.setAAD(additional(named), { plaintextLength: content.length })
    return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
  },
  open(key: Uint8Array, nonce: Uint8Array, named: boolean, sealed: Uint8Array): Uint8Array | null {
    const length = sealed.length - TAG_BYTES
    const decipher = createDecipheriv(ALGORITHM, key, nonce, OPTIONS)
    decipher.setAuthTag(sealed.subarray(length))
    decipher.setAAD(additional(named), { plaintextLength: length })
    try {
      const content = decipher.update(sealed.subarray(0, length))
      decipher.final()
      return content
    } catch {
      // Only the tag can be wrong here.
      return null
    }
  },
}

function additional(named: boolean): Uint8Array {
  return Uint8Array.of(named ? 1 : 0)
}
