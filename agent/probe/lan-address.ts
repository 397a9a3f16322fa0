import { BlockList, isIP } from 'node:net'

/** RFC 1918, RFC 3927, RFC 4193, RFC 4291 and this very machine. */
const lan = new BlockList()
lan.addSubnet('10.0.0.0', 8)
lan.addSubnet('172.16.0.0', 12)
lan.addSubnet('192.168.0.0', 16)
lan.addSubnet('169.254.0.0', 16)
lan.addSubnet('127.0.0.0', 8)
lan.addSubnet('fc00::', 7, 'ipv6')
lan.addSubnet('fe80::', 10, 'ipv6')
lan.addAddress('::1', 'ipv6')

/** An address that no packet from the Internet can have. A name is none, as somebody else may say what it means. */
export function isLanAddress(address: string): boolean {
  const [bare = ''] = address.split('%')
  const family = isIP(bare)
  return family !== 0 && lan.check(bare, family === 6 ? 'ipv6' : 'ipv4')
}
