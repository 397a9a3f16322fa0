import { readFileSync } from 'node:fs'
import { BlockList, isIPv6 } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

type Interfaces = NodeJS.Dict<Pick<NetworkInterfaceInfo, 'cidr' | 'internal'>[]>

/**
 * Whether an address lies in a network that this machine is plugged into right now. One that did when it answered, and
 * does not any more, says nothing of its device: the cable is this machine's. A name is never on a link.
 */
export function isOnLink(
  address: string,
  interfaces: Interfaces = networkInterfaces(),
  hasCarrier: (name: string) => boolean = carrierOf,
): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  return Object.entries(interfaces).some(([name, addresses = []]) =>
    addresses.some(({ cidr }) => cidr !== null && holds(cidr, address, family) && hasCarrier(name)),
  )
}

function holds(cidr: string, address: string, family: 'ipv4' | 'ipv6'): boolean {
  const [network = '', bits] = cidr.split('/')
  if (isIPv6(network) !== (family === 'ipv6')) return false
  const subnet = new BlockList()
  try {
    subnet.addSubnet(network, Number(bits), family)
    return subnet.check(address, family)
  } catch {
    // A name, which no subnet holds.
    return false
  }
}

/** Linux keeps the address of a port whose cable is out; elsewhere it goes with the cable. */
function carrierOf(name: string): boolean {
  try {
    return readFileSync(`/sys/class/net/${name}/carrier`, 'latin1').trim() !== '0'
  } catch {
    return true
  }
}
