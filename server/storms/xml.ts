import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An element without its prefix; `path` is where it stands, as `alert/info[1]/area[2]`. */
export interface Element {
  name: string
  path: string
  children: readonly Element[]
  attributes: Readonly<Record<string, string>>
  /** Its own text, the blanks around it gone. */
  text: string
}

/** What is no XML that is taken, in one sentence. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

/** A typhoon's bulletin with the outlines of sixty communes is a tenth of it. */
export const MAX_XML_BYTES = 2 * 1024 * 1024

/** CAP goes five deep, an Atom feed with alerts in it eight. */
const MAX_DEPTH = 20

/** A file of nothing but `<a/>` would make half a million elements; a large bulletin has two thousand. */
const MAX_ELEMENTS = 50_000

const PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_DEPTH,
})

type Node = Record<string, unknown>

/**
 * The root of a document in UTF-8. A document type is refused, since it is the door to entities that grow without end or
 * read files; neither CAP nor a feed needs one.
 * @throws XmlError
 */
export function readXml(bytes: Uint8Array): Element {
  if (bytes.length > MAX_XML_BYTES) {
    throw new XmlError(`expected at most ${MAX_XML_BYTES} bytes, got ${bytes.length}`)
  }
  const text = textOf(bytes)
  const type = /<!\s*(DOCTYPE|ENTITY)/i.exec(text)
  if (type) throw new XmlError(`line ${lineOf(text, type.index)}: expected no <!${type[1]}, got one`)
  const opened = text.split('<').length - 1
  if (opened > 2 * MAX_ELEMENTS) {
    throw new XmlError(`expected at most ${MAX_ELEMENTS} elements, got about ${Math.round(opened / 2)}`)
  }
  const verdict = XMLValidator.validate(text)
  if (verdict !== true) {
    const { line, col, msg } = verdict.err
    throw new XmlError(`line ${line}, column ${col ?? 1}: expected well-formed XML, got: ${msg}`)
  }
  const roots = elementsOf(parse(text), '')
  const [root] = roots
  if (!root || roots.length > 1) {
    throw new XmlError(`expected one element around all others, got ${roots.length}`)
  }
  return root
}

function textOf(bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new XmlError('expected text in UTF-8, got other bytes')
  }
  const encoding = /^<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']/i.exec(text)?.[1]
  if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding)) {
    throw new XmlError(`expected encoding UTF-8, got ${encoding}`)
  }
  if (text.trim() === '') throw new XmlError('expected XML, got nothing')
  return text
}

function parse(text: string): Node[] {
  try {
    return PARSER.parse(text) as Node[]
  } catch (error) {
    const { message } = error as Error
    throw new XmlError(
      /nested/i.test(message)
        ? `expected elements at most ${MAX_DEPTH} deep, got deeper ones`
        : `expected well-formed XML, got: ${message}`,
    )
  }
}

function elementsOf(nodes: readonly Node[], parentPath: string): Element[] {
  const named = nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => !key.startsWith(':') && !key.startsWith('#'))
    return name === undefined ? [] : [{ name, node }]
  })
  const counts = new Map<string, number>()
  for (const { name } of named) counts.set(name, (counts.get(name) ?? 0) + 1)
  const seen = new Map<string, number>()
  return named.map(({ name, node }) => {
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    const own = counts.get(name) === 1 ? name : `${name}[${nth}]`
    const path = parentPath === '' ? own : `${parentPath}/${own}`
    const inner = node[name] as Node[]
    const given = Object.entries((node[':@'] ?? {}) as Record<string, string>)
    const attributes = Object.fromEntries(given.map(([key, value]) => [key, plain(value).trim()]))
    const children = elementsOf(inner, path)
    return { name, path, children, attributes, text: inner.map(ownText).join('').trim() }
  })
}

function ownText(node: Node): string {
  if ('#text' in node) return plain(String(node['#text']))
  if ('#cdata' in node) return (node['#cdata'] as Node[]).map((each) => String(each['#text'] ?? '')).join('')
  return ''
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five that XML itself knows, and characters by number; anything else stays as it is written. */
function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, ...found) => {
    const [decimal, hex, name] = found as (string | undefined)[]
    if (name !== undefined) return ENTITIES[name.toLowerCase()]!
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
    return code <= 0x10ffff && code > 0 ? String.fromCodePoint(code) : whole
  })
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

export const childrenOf = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name)

export const childOf = (element: Element, name: string): Element | undefined =>
  element.children.find((child) => child.name === name)
