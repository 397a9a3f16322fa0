import { constants } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import type { IClientOptions } from 'mqtt'
import { encodeHello, type Hello } from '#protocol/hello.ts'
import type { AgentConfig } from '../config.ts'

const SUITE = 'TLS_AES_128_GCM_SHA256'
/**
 * With 8 bytes of tag in place of 16: 8 bytes less a record, 5 % of a report without an answer. Good enough: a forger
 * passes with one in 2^64 for each record, and a single wrong one ends the connection, so there is no second guess.
 * (RFC 8446 leaves the suite out of its recommended ones for the sake of general use; it is the one of thin devices,
 * RFC 6655 and RFC 7925.)
 */
const METERED_SUITE = 'TLS_AES_128_CCM_8_SHA256'
/**
 * OpenSSL 3.2 and later, Node from 22 on, count a tag of 8 bytes as security level 0, and offer the suite at no other.
 * The level is taken only behind a suite of TLS 1.2, which is never spoken here.
 */
const ALSO_SHORT_TAGS = 'PSK-AES128-GCM-SHA256:@SECLEVEL=0'

/**
 * What mqtt.js needs for one connection: MQTT 3.1.1 over TLS 1.3 with an external pre-shared key (RFC 8446
 * section 2.2; with X25519, so a stolen key opens no recorded traffic). No certificate: a clock years off refuses none.
 */
export function connectOptions(
  config: Pick<AgentConfig, 'server' | 'device' | 'key'>,
  hello: Hello,
  { metered = false } = {},
): IClientOptions & ConnectionOptions {
  const psk = Buffer.from(config.key, 'hex')
  return {
    protocol: 'mqtts',
    host: config.server.host,
    port: config.server.port,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // The suites' hash must be the key's: SHA-256. One suite, one group, one signature: a short ClientHello.
    ciphers: metered ? `${METERED_SUITE}:${ALSO_SHORT_TAGS}` : SUITE,
    ecdhCurve: 'X25519',
    sigalgs: 'ecdsa_secp256r1_sha256',
    secureOptions: constants.SSL_OP_NO_TICKET,
    pskCallback: () => ({ psk, identity: config.device }),
    // Who knows the key is the server; there is no name to compare.
    checkServerIdentity: () => undefined,
    // Nor a certificate: left out, Node would read in the hundred roots that it knows.
    ca: [],

    protocolVersion: 4,
    clientId: config.device,
    // MQTT 3.1.1 allows a password only beside a user name [MQTT-3.1.2-22].
    username: '',
    password: Buffer.from(encodeHello(hello)),
    // The link pings by itself, at a pace that may change; the hello tells the centre which.
    keepalive: 0,
    // Longer than any limit of the link, which has its own for each step.
    connectTimeout: 600_000,
    // The journal is the only queue, and the link reconnects by itself: mqtt.js does neither.
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
  }
}
