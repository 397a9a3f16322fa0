import { join } from 'node:path'
import type { Traits } from '#protocol/traits.ts'
import { namesIn, numberIn, textOf } from './file.ts'

const KILOBYTES_PER_MIB = 1024
/** The ports of a switch that runs OpenWrt are interfaces too. */
const MOST_INTERFACES = 12

/** Processor and memory. */
export async function hardwareTraits(root: string): Promise<Traits> {
  const [cpuinfo, meminfo, core] = await Promise.all(
    ['proc/cpuinfo', 'proc/meminfo', 'proc/device-tree/cpus/cpu@0/compatible'].map((path) =>
      textOf(join(root, path)),
    ),
  )
  const kilobytes = Number(/^MemTotal:\s+(\d+) kB$/m.exec(meminfo!)?.[1] ?? 0)
  const processor = processorOf(cpuinfo!, core!)
  return {
    ...(processor && { processor }),
    ...(kilobytes > 0 && { memory_mib: String(Math.round(kilobytes / KILOBYTES_PER_MIB)) }),
  }
}

/**
 * `Intel(R) Core(TM) i3-7100 CPU @ 3.90GHz × 4`. Arm's and MIPS' kernels word it otherwise, those of arm64 not at all.
 * @param core what the device tree calls the first core: `arm,cortex-a72`
 */
export function processorOf(cpuinfo: string, core: string): string {
  const word = (name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(\\S.*)$`, 'mi').exec(cpuinfo)?.[1]?.replaceAll(/\s+/g, ' ').trim() ?? ''
  const cores = cpuinfo.match(/^processor\s*:\s*\d+$/gm)?.length ?? 0
  const chip = word('Hardware') || word('system type')
  const model = word('model name') || word('cpu model') || (core.split(/\s/)[0] ?? '')
  const name = [chip, model].filter(Boolean).join(' · ')
  return name && cores > 0 ? `${name} × ${cores}` : name
}

/** The ports that are devices: one a line, `eth0 · 1000 Mbit/s · 3c:52:82:aa:bb:cc`, the speed only of one with a link. */
export async function interfaceTraits(root: string): Promise<Traits> {
  const folder = join(root, 'sys/class/net')
  const lines: string[] = []
  for (const name of (await namesIn(folder)).slice(0, MOST_INTERFACES * 4)) {
    const inside = await namesIn(join(folder, name))
    if (!inside.includes('device') || lines.length >= MOST_INTERFACES) continue
    const [speed, address] = await Promise.all(
      ['speed', 'address'].map((file) => textOf(join(folder, name, file), 64)),
    )
    const megabits = numberIn(speed!) ?? 0
    const radio = inside.includes('phy80211') || inside.includes('wireless')
    lines.push(
      [
        name,
        ...(radio ? ['Wi-Fi'] : []),
        ...(megabits > 0 ? [`${megabits} Mbit/s`] : []),
        ...(/^(?!00(:00)+$)[\da-f]{2}(:[\da-f]{2})+$/i.test(address!) ? [address!] : []),
      ].join(' · '),
    )
  }
  return lines.length > 0 ? { interfaces: lines.join('\n') } : {}
}
