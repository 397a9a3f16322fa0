/** SNMPv3 (RFC 3414, RFC 3826, RFC 7860). */
export interface SnmpUser {
  user: string
  level: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'
  auth?: { protocol: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'; key: string }
  priv?: { protocol: 'des' | 'aes' | 'aes256b' | 'aes256r'; key: string }
}

/** Where a device is and what opens it. It stays on the prober's disk: the centre never sees it. */
export interface Target {
  address: string
  /** UDP port of SNMP; absent: 161. */
  snmpPort?: number
  /** Of v2c; absent beside `snmpUser`. */
  community?: string
  snmpUser?: SnmpUser
  /** Of HTTP. For `bearer` the password is the token. */
  user?: string
  password?: string
}
