import { renderToString } from 'preact-render-to-string'
import type { SessionState } from './view.ts'

/**
 * One shape for each state, told apart without colour: filled disc with a tick, clock, filled triangle, power
 * sign, question, plus. Beside them an arrow back for what is recovering, a spanner for what somebody handles,
 * a flash for a storm, and the lighthouse.
 */
const SHAPES = {
  online: (
    <>
      <circle cx="8" cy="8" r="7" />
      <path class="on" d="M4.8 8.2l2.2 2.3 4.2-4.6" />
    </>
  ),
  suspect: <path class="line" d="M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 1 0 8 1.9M8 4.6V8l2.4 1.9" />,
  offline: (
    <>
      <path d="M8 .8L15.6 14.6H.4z" />
      <path class="on" d="M8 5.8v4M8 12.2v.1" />
    </>
  ),
  goodbye: <path class="line" d="M8 1.6v6M4.7 3.6a5.6 5.6 0 1 0 6.6 0" />,
  stale: <path class="line" d="M5 5.6a3 3 0 1 1 4.6 2.5Q8 9.1 8 10.6M8 13.4v.1" />,
  new: <path class="line" d="M8 3v10M3 8h10" />,
  recovering: <path class="line" d="M2.5 8a5.5 5.5 0 1 0 2-4.2M4.2 1v3.3h3.3" />,
  acknowledged: (
    <path class="line" d="M2 13.5l6-6M13.6 4.3a3.6 3.6 0 0 1-5 4.4M11.3 2.3a3.6 3.6 0 0 0-4.2 4.6" />
  ),
  storm: <path d="M9.6.8L3 9h4L5.8 15.2 13 6.4H8.6z" />,
  brand: (
    <path d="M6.6 5h2.8l1.3 10H5.3zM5.8 3.9L8 .8l2.2 3.1zM11.5 2.5L15.5 1v5l-4-1.5zM4.5 2.5L.5 1v5l4-1.5z" />
  ),
} as const satisfies Record<SessionState, unknown> & Record<string, unknown>

export type Shape = keyof typeof SHAPES

/** The shapes themselves, once a page; `Icon` refers to them. */
export function IconShapes() {
  return (
    <svg width="0" height="0" aria-hidden="true">
      {Object.entries(SHAPES).map(([name, shape]) => (
        <symbol id={`i-${name}`} viewBox="0 0 16 16">
          {shape}
        </symbol>
      ))}
    </svg>
  )
}

/** Decoration beside a word, so assistive technology passes over it. */
export function Icon({ shape }: { shape: Shape }) {
  return (
    <svg class={`i ${shape}`} aria-hidden="true">
      <use href={`#i-${shape}`} />
    </svg>
  )
}

/** The lighthouse for the browser's tab and a phone's home screen: a document of its own. */
export function renderFavicon(): string {
  return renderToString(
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#0a58a8">
      <title>Hải Đăng</title>
      {SHAPES.brand}
    </svg>,
  )
}
