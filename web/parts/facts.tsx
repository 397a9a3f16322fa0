import type { ComponentChildren } from 'preact'
import { statesOf } from '#protocol/metrics.ts'
import { TRAITS } from '#protocol/traits-table.ts'
import { formatDate, formatNumber } from '../format.ts'
import type { DevicePageView, Language } from '../view.ts'
import { deviceWordsOf } from '../words/device.ts'
import { Antivirus } from './antivirus.tsx'
import { bootEndWords } from './boot-end.ts'
import { ageYears, modelOf } from './machine.ts'
import { supportWords } from './support-words.ts'

/** Told in words of their own, or elsewhere on the page. */
const ELSEWHERE: readonly string[] = [
  ...['os', 'os_id', 'maker', 'model', 'made', 'memory_mib', 'boot_end'],
  ...['antivirus', 'antivirus_mode', 'antivirus_why', 'faults'],
]

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const nameOf = (trait: string, language: Language): string =>
  TRAITS.find(({ name }) => name === trait)?.[language] ??
  deviceWordsOf(language).unknownTrait(trait.replace(/^trait_/, ''))

/** Several lines are a list. */
function Text({ text }: { text: string }) {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length < 2) return <>{lines[0] ?? text}</>
  return (
    <ul>
      {lines.map((line) => (
        <li>{line}</li>
      ))}
    </ul>
  )
}

/** Each line ends with the disk's health: "… · SSD · failing" is "… · SSD · sắp hỏng". */
function disksText(disks: string, language: Language): string {
  const kinds = disks.replace(/(?<= · )virtual\b/g, deviceWordsOf(language).virtualDisk)
  return kinds.replace(/[a-z]+$/gm, (health) => {
    const known = statesOf('disk_health').find(({ name }) => name === health)
    return known ? known[language].toLocaleLowerCase(language) : health
  })
}

/** What a device is: its traits, each in words; [] of what it has not told. */
export function Facts({ view, language }: { view: DevicePageView; language: Language }) {
  const { traits, support, lines, at } = view
  const words = deviceWordsOf(language)
  const model = modelOf(traits)
  const years = ageYears(traits.made, at)
  const memory = Number(traits.memory_mib)
  const end = traits.boot_end ? bootEndWords(traits.boot_end, at, language) : null
  const others = [
    ...TRAITS.map(({ name }): string => name),
    ...Object.keys(traits).filter((trait) => !TRAITS.some(({ name }) => name === trait)),
  ].filter(
    (trait) => traits[trait] && !ELSEWHERE.includes(trait) && !(trait === 'uplinks' && lines.length > 0),
  )
  return (
    <dl class="facts">
      {(traits.os || traits.os_id) && (
        <Fact name={nameOf('os', language)}>
          {traits.os || traits.os_id}
          {support && (
            <small class={support.state === 'supported' ? undefined : 'bad'}>
              {supportWords(support, language)}
            </small>
          )}
        </Fact>
      )}
      <Antivirus view={view} language={language} />
      {model && <Fact name={nameOf('model', language)}>{model}</Fact>}
      {years !== null && (
        <Fact name={words.made}>{words.age(years, formatDate(Date.parse(traits.made!)))}</Fact>
      )}
      {memory > 0 && (
        <Fact name={nameOf('memory_mib', language)}>{`${formatNumber(memory / 1024, language)} GB`}</Fact>
      )}
      {others.map((trait) => (
        <Fact name={nameOf(trait, language)}>
          <Text text={trait === 'disks' ? disksText(traits[trait]!, language) : traits[trait]!} />
        </Fact>
      ))}
      {end && (
        <Fact name={nameOf('boot_end', language)}>
          {end.words}
          {end.record && <small>{end.record}</small>}
        </Fact>
      )}
    </dl>
  )
}
