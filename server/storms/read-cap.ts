import {
  type CapArea,
  type CapInfo,
  type CapMessage,
  type CapReference,
  CERTAINTIES,
  type Circle,
  MESSAGE_TYPES,
  type Point,
  type Polygon,
  SCOPES,
  SEVERITIES,
  STATUSES,
  URGENCIES,
} from './cap.ts'
import { childOf, childrenOf, type Element, readXml, XmlError } from './xml.ts'

/** Everything that is wrong with a message, a sentence each, with the path of the element. */
export class CapError extends Error {
  override readonly name = 'CapError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`the warning has ${problems.length} problem(s): ${problems.join('; ')}`)
    this.problems = problems
  }
}

/** A file that is wrong from end to end would fill the page: the first tell enough. */
const MAX_PROBLEMS = 50

/** Of what is shown of a wrong value. */
const MAX_SHOWN = 60

/** An identifier becomes part of rows and addresses; those in use have up to 90 characters. */
const MAX_IDENTIFIER = 200

/** The outline of a province on a map of 1:50,000. */
const MAX_POINTS = 20_000

/** Half the way round the earth. */
const MAX_KILOMETRES = 20_038

/** @throws CapError with all that is wrong */
export function readCap(bytes: Uint8Array): CapMessage {
  let root: Element
  try {
    root = readXml(bytes)
  } catch (error) {
    if (error instanceof XmlError) throw new CapError([error.message])
    throw error
  }
  return readAlert(root)
}

/** @throws CapError with all that is wrong */
export function readAlert(root: Element): CapMessage {
  const reader = new Reader()
  if (root.name !== 'alert') throw new CapError([`${root.path}: expected an element alert, got ${root.name}`])
  const identifier = reader.name(root, 'identifier')
  const sender = reader.name(root, 'sender')
  const message: CapMessage = {
    identifier,
    sender,
    sent: reader.time(root, 'sent', true) ?? 0,
    status: reader.oneOf(root, 'status', STATUSES),
    msgType: reader.oneOf(root, 'msgType', MESSAGE_TYPES),
    scope: reader.oneOf(root, 'scope', SCOPES),
    references: referencesOf(reader, root),
    infos: childrenOf(root, 'info').map((info) => infoOf(reader, info)),
  }
  if (message.infos.length === 0 && ['Alert', 'Update'].includes(message.msgType)) {
    reader.refuse('alert/info', `one at least in a message of type ${message.msgType}`, 'none')
  }
  if (['Update', 'Cancel'].includes(message.msgType) && message.references.length === 0) {
    reader.refuse('alert/references', `the messages that this ${message.msgType} changes`, 'none')
  }
  reader.finish()
  return message
}

function infoOf(reader: Reader, info: Element): CapInfo {
  const areas = childrenOf(info, 'area').map((area) => areaOf(reader, area))
  const read: CapInfo = {
    language: (childOf(info, 'language')?.text || 'en-US').toLowerCase(),
    event: reader.text(info, 'event'),
    headline: childOf(info, 'headline')?.text ?? '',
    severity: reader.oneOf(info, 'severity', SEVERITIES),
    urgency: reader.oneOf(info, 'urgency', URGENCIES),
    certainty: reader.oneOf(info, 'certainty', CERTAINTIES),
    effective: reader.time(info, 'effective', false),
    onset: reader.time(info, 'onset', false),
    expires: reader.time(info, 'expires', false),
    areas,
  }
  const begins = read.onset ?? read.effective
  if (read.expires !== null && begins !== null && read.expires <= begins) {
    const after = `a time behind the onset, ${new Date(begins).toISOString()}`
    reader.refuse(`${info.path}/expires`, after, childOf(info, 'expires')!.text)
  }
  return read
}

function areaOf(reader: Reader, area: Element): CapArea {
  return {
    description: reader.text(area, 'areaDesc'),
    polygons: childrenOf(area, 'polygon').flatMap((each) => polygonOf(reader, each)),
    circles: childrenOf(area, 'circle').flatMap((each) => circleOf(reader, each)),
    geocodes: childrenOf(area, 'geocode').map((each) => ({
      name: reader.text(each, 'valueName'),
      value: reader.text(each, 'value'),
    })),
  }
}

const POINT = /^([+-]?\d{1,2}(?:\.\d+)?),([+-]?\d{1,3}(?:\.\d+)?)$/

function pointOf(text: string): Point | null {
  const [, latitude, longitude] = (POINT.exec(text) ?? []).map(Number)
  if (latitude === undefined || longitude === undefined) return null
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}

function polygonOf(reader: Reader, { path, text }: Element): Polygon[] {
  const pairs = text === '' ? [] : text.split(/\s+/)
  if (pairs.length > MAX_POINTS) {
    reader.refuse(path, `at most ${MAX_POINTS} points`, `${pairs.length}`)
    return []
  }
  const points = pairs.map(pointOf)
  const wrong = points.indexOf(null)
  const expected = '4 or more points "latitude,longitude", the last one the first again'
  if (wrong >= 0) reader.refuse(path, expected, `${pairs[wrong]} as point ${wrong + 1}`)
  else if (points.length < 4) reader.refuse(path, expected, `${points.length} points`)
  else {
    const [first, last] = [points[0]!, points.at(-1)!]
    if (first.latitude === last.latitude && first.longitude === last.longitude) return [points as Point[]]
    reader.refuse(path, expected, `${pairs[0]} first and ${pairs.at(-1)} last`)
  }
  return []
}

function circleOf(reader: Reader, { path, text }: Element): Circle[] {
  const [pair = '', radius = '', ...others] = text.split(/\s+/)
  const centre = pointOf(pair)
  const kilometres = /^\d+(\.\d+)?$/.test(radius) ? Number(radius) : Number.NaN
  if (centre && kilometres <= MAX_KILOMETRES && others.length === 0) return [{ centre, kilometres }]
  reader.refuse(path, 'a point "latitude,longitude", a blank and a radius in kilometres', text)
  return []
}

function referencesOf(reader: Reader, alert: Element): CapReference[] {
  const element = childOf(alert, 'references')
  if (!element || element.text === '') return []
  return element.text.split(/\s+/).flatMap((triple) => {
    const [sender = '', identifier = '', sent = '', ...others] = triple.split(',')
    const at = timeOf(sent)
    if (sender && isIdentifier(identifier) && at !== null && others.length === 0) {
      return [{ sender, identifier, sent: at }]
    }
    reader.refuse(element.path, '"sender,identifier,sent", a blank between one and the next', triple)
    return []
  })
}

const isIdentifier = (text: string): boolean =>
  text.length <= MAX_IDENTIFIER && /^[^\s,<&\p{C}]+$/u.test(text)

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/

/** CAP wants a zone, `-00:00` for UTC; some say `Z`. */
function timeOf(text: string): number | null {
  if (!TIME.test(text)) return null
  const at = Date.parse(text)
  if (Number.isNaN(at)) return null
  // A 31 June is made a 1 July by some engines.
  const day = Number(text.slice(8, 10))
  const days = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return day <= days ? at : null
}

/** Reads fields and gathers what is wrong with them: a person who corrects a file wants to do it once. */
class Reader {
  readonly #problems: string[] = []

  refuse(path: string, expected: string, got: string): void {
    const shown = got.length > MAX_SHOWN ? `${got.slice(0, MAX_SHOWN)}…` : got
    this.#problems.push(`${path}: expected ${expected}, got ${shown === '' ? 'nothing' : shown}`)
  }

  text(parent: Element, name: string): string {
    const text = childOf(parent, name)?.text ?? ''
    if (text === '') this.refuse(`${parent.path}/${name}`, 'a text', '')
    return text
  }

  name(parent: Element, name: string): string {
    const text = childOf(parent, name)?.text ?? ''
    if (!isIdentifier(text)) {
      const expected = `1 to ${MAX_IDENTIFIER} characters without blank, comma, "<" or "&"`
      this.refuse(`${parent.path}/${name}`, expected, text)
    }
    return text
  }

  oneOf<Value extends string>(parent: Element, name: string, values: readonly Value[]): Value {
    const text = childOf(parent, name)?.text ?? ''
    const found = values.find((value) => value === text)
    if (found === undefined) this.refuse(`${parent.path}/${name}`, `one of ${values.join(', ')}`, text)
    return found ?? values[0]!
  }

  time(parent: Element, name: string, isNeeded: boolean): number | null {
    const element = childOf(parent, name)
    if (!element && !isNeeded) return null
    const at = timeOf(element?.text ?? '')
    if (at === null) {
      const path = `${parent.path}/${name}`
      this.refuse(path, 'a time with its zone as 2026-06-21T14:02:00+07:00', element?.text ?? '')
    }
    return at
  }

  /** @throws CapError when anything was refused */
  finish(): void {
    const { length } = this.#problems
    if (length === 0) return
    const more = length > MAX_PROBLEMS ? [`and ${length - MAX_PROBLEMS} more`] : []
    throw new CapError([...this.#problems.slice(0, MAX_PROBLEMS), ...more])
  }
}
