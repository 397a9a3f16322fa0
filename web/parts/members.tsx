import { devicePath, sitePath } from '../address.ts'
import { Icon } from '../icons.tsx'
import type { Language, MemberSiteView, MemberView } from '../view.ts'
import { incidentWords } from '../words/incident.ts'
import { kindBeside } from './kind-beside.ts'
import { moment } from './time.tsx'

/** A line takes about 30 bytes gzipped: with so many the page stays within 8 KB. */
const NAMED = 100
const SITES_SHOWN = 60

/** Up to here the sites stand open: one screen of a phone. */
const OPEN = 12

interface Props {
  sites: readonly MemberSiteView[]
  /** Times of this day are told without it, ms since 1970. */
  beside: number
  language: Language
}

const isMissing = ({ returned, livesOn }: MemberView): boolean => returned === null && !livesOn

/** The devices of an incident by site, with who is back; of very many only how many there are at each site. */
export function Members({ sites, beside, language }: Props) {
  const words = incidentWords(language)
  const all = sites.reduce((sum, { members }) => sum + members.length, 0)
  const more = sites.length - SITES_SHOWN
  return (
    <>
      {sites.slice(0, SITES_SHOWN).map((site) => (
        <details id={`of-${site.id}`} class="site" open={all <= OPEN}>
          <summary>
            <b>{site.name === '' ? words.elsewhere : site.name}</b>
            <span>
              {words.devices(site.members.length)}
              {' · '}
              {howMany(site, language)}
            </span>
          </summary>
          {all <= NAMED ? (
            <ul class="lines">
              {site.members.map((member) => (
                <Member member={member} beside={beside} language={language} />
              ))}
            </ul>
          ) : (
            <p>
              <a href={sitePath(site.id)}>
                {[site.name, site.areaName].filter((name) => name !== '').join(', ')}
              </a>
            </p>
          )}
        </details>
      ))}
      {more > 0 && <p>{words.moreSites(more)}</p>}
    </>
  )
}

function howMany({ members }: MemberSiteView, language: Language): string {
  const words = incidentWords(language)
  const missing = members.filter(isMissing).length
  const back = members.filter(({ returned }) => returned !== null).length
  return missing > 0 ? words.countMissing(missing) : words.backSoFar(back, members.length)
}

function Member({ member, beside, language }: { member: MemberView; beside: number; language: Language }) {
  const words = incidentWords(language)
  const { id, name, returned, livesOn } = member
  const said = kindBeside(member, language)
  const answers = livesOn || returned?.by === 'connected'
  return (
    <li>
      <Icon shape={answers ? 'online' : returned === null ? 'offline' : 'goodbye'} />
      <a href={devicePath(id)}>{name}</a>{' '}
      <small>
        {said !== '' && `${said} · `}
        {returned === null
          ? livesOn
            ? words.onBattery
            : words.missing
          : words.returned[returned.by](moment(returned.at, beside, language))}
      </small>
    </li>
  )
}
