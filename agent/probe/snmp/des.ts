import { createCipheriv, createDecipheriv } from 'node:crypto'
import type * as Snmp from 'net-snmp'

const KEY_BYTES = 8
const BLOCK_BYTES = 8

/** Parts of the library that its types leave out. */
interface Inner {
  Authentication: { passwordToKey(auth: number, password: string, engine: Buffer): Buffer }
  Encryption: { algorithms: Record<number, { encryptPdu: Encrypt; decryptPdu: Decrypt }> }
}

type Encrypt = (
  pdu: Buffer,
  priv: number,
  password: string,
  auth: number,
  engine: { engineID: Buffer; engineBoots: number },
) => { encryptedPdu: Buffer; msgPrivacyParameters: Buffer }

type Decrypt = (
  pdu: Buffer,
  priv: number,
  salt: Buffer,
  password: string,
  auth: number,
  engine: { engineID: Buffer },
) => Buffer

/** The local part of salts (RFC 3414, section 8.1.1.1): none comes twice while this process runs. */
let salts = Math.floor(Math.random() * 2 ** 32)

/**
 * DES for a library that asks OpenSSL for `des-cbc`, which version 3 does not give any more. RouterOS uses it unless told
 * otherwise. Triple DES with the same key three times is DES, and is given.
 */
export function teachDes(snmp: typeof Snmp): void {
  const { Authentication, Encryption } = snmp as unknown as Inner
  const algorithm = Encryption.algorithms[snmp.PrivProtocols.des]!
  const secretsOf = (auth: number, password: string, engine: Buffer, salt: Buffer) => {
    const localized = Authentication.passwordToKey(auth, password, engine)
    const key = localized.subarray(0, KEY_BYTES)
    const iv = Buffer.alloc(BLOCK_BYTES)
    for (let place = 0; place < BLOCK_BYTES; place++) iv[place] = localized[KEY_BYTES + place]! ^ salt[place]!
    return { key: Buffer.concat([key, key, key]), iv }
  }
  algorithm.encryptPdu = (pdu, _priv, password, auth, engine) => {
    const salt = Buffer.alloc(BLOCK_BYTES)
    salt.writeUInt32BE(engine.engineBoots >>> 0, 0)
    salts = (salts + 1) % 2 ** 32
    salt.writeUInt32BE(salts, 4)
    const { key, iv } = secretsOf(auth, password, engine.engineID, salt)
    const cipher = createCipheriv('des-ede3-cbc', key, iv).setAutoPadding(false)
    const padded = Buffer.alloc(Math.ceil(pdu.length / BLOCK_BYTES) * BLOCK_BYTES)
    pdu.copy(padded)
    return {
      encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]),
      msgPrivacyParameters: salt,
    }
  }
  algorithm.decryptPdu = (pdu, _priv, salt, password, auth, engine) => {
    if (salt.length !== BLOCK_BYTES)
      throw new Error(`salt: expected ${BLOCK_BYTES} octets, got ${salt.length}`)
    const { key, iv } = secretsOf(auth, password, engine.engineID, salt)
    const decipher = createDecipheriv('des-ede3-cbc', key, iv).setAutoPadding(false)
    return Buffer.concat([decipher.update(pdu), decipher.final()])
  }
}
