import type { PageAssets } from '../assets.ts'
import { BackToAll } from '../parts/back-to-all.tsx'
import { renderPage } from '../parts/layout.tsx'
import type { Viewer } from '../view.ts'
import type { Words } from '../words/vi.ts'
import { wordsOf } from '../words/words.ts'

function explain({ problem }: Words, status: number): { what: string; advice: string } {
  switch (status) {
    case 404:
      return { what: problem.notFound, advice: problem.notFoundAdvice }
    case 401:
    case 403:
      return { what: problem.forbidden, advice: problem.forbiddenAdvice }
    case 429:
      return { what: problem.tooMany, advice: problem.tooManyAdvice }
    default:
      return status < 500
        ? { what: problem.badRequest, advice: problem.badRequestAdvice }
        : { what: problem.broken, advice: problem.brokenAdvice }
  }
}

/** What went wrong in plain words, and a way back. `status` is the HTTP status of the answer. */
export function renderProblemPage(viewer: Viewer, assets: PageAssets, status: number): string {
  const words = wordsOf(viewer.language)
  const { what, advice } = explain(words, status)
  return renderPage({
    title: what,
    viewer,
    assets,
    live: null,
    children: (
      <>
        <header>
          <h1>{what}</h1>
        </header>
        <p>{advice}</p>
        <BackToAll language={viewer.language} />
        <p>
          <small>{words.status(status)}</small>
        </p>
      </>
    ),
  })
}
