import { childrenOf, type Element } from './xml.ts'

/** What a feed lists: a message itself, or where one lies. `mark` changes when the message does. */
export type FeedEntry = { type: 'message'; alert: Element } | { type: 'link'; url: URL; mark: string }

/** A warning service has tens in force at once; an archive that somebody took for a feed has thousands. */
export const MAX_ENTRIES = 200

/** The messages of a document from `address`: a CAP message, several in one element, Atom, or RSS. The first are the newest. */
export function feedEntries(root: Element, address: URL): FeedEntry[] {
  if (root.name === 'alert') return [{ type: 'message', alert: root }]
  const channels = root.name === 'rss' ? childrenOf(root, 'channel') : [root]
  return channels
    .flatMap(({ children }) => children)
    .flatMap((child): FeedEntry[] => {
      if (child.name === 'alert') return [{ type: 'message', alert: child }]
      if (child.name !== 'entry' && child.name !== 'item') return []
      return entryOf(child, address)
    })
    .slice(0, MAX_ENTRIES)
}

function entryOf(entry: Element, address: URL): FeedEntry[] {
  const held = alertsIn(entry)
  if (held.length > 0) return held.map((alert) => ({ type: 'message', alert }))
  const links = entry.children.flatMap((child) => linkOf(child, address))
  const [best] = links.sort((one, other) => other.fitness - one.fitness)
  if (!best) return []
  const marks = ['id', 'guid', 'updated', 'pubDate'].flatMap((name) => childrenOf(entry, name))
  return [{ type: 'link', url: best.url, mark: [best.url.href, ...marks.map(({ text }) => text)].join(' ') }]
}

function alertsIn(element: Element): Element[] {
  return element.children.flatMap((child) => (child.name === 'alert' ? [child] : alertsIn(child)))
}

/** Beside the message there are often a page for people and a picture. */
function linkOf({ name, text, attributes }: Element, address: URL): { url: URL; fitness: number }[] {
  const href = name === 'link' ? attributes.href || text : name === 'enclosure' ? attributes.url : undefined
  if (!href || !URL.canParse(href, address)) return []
  const url = new URL(href, address)
  if (!mayBeAsked(url, address)) return []
  const type = attributes.type ?? ''
  if (/html/i.test(type)) return []
  const isCap = /cap\+xml/i.test(type)
  const isXml = /xml$/i.test(type) || /\.(xml|cap)$/i.test(url.pathname)
  return [{ url, fitness: isCap ? 2 : isXml ? 1 : 0 }]
}

/** A feed may send us to its own host and to names of the Internet, not to machines behind our own wall. */
function mayBeAsked(url: URL, feed: URL): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  if (url.host === feed.host) return true
  const isAddress = /^[\d.]+$|^\[/.test(url.hostname)
  return !isAddress && url.hostname.includes('.') && !/\.(local|internal|localhost)$/i.test(url.hostname)
}
