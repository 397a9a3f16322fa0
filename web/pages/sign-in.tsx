import type { PageAssets } from '../assets.ts'
import { renderPage } from '../parts/layout.tsx'
import type { Viewer } from '../view.ts'
import { wordsOf } from '../words/words.ts'

/** The sign-in form. `next` is the local address to go to afterwards, which the server checks again. */
export function renderSignInPage(
  viewer: Viewer,
  assets: PageAssets,
  failure: 'wrong' | 'too-many' | null,
  next: string,
): string {
  const words = wordsOf(viewer.language)
  return renderPage({
    title: words.signIn,
    viewer,
    assets,
    live: null,
    children: (
      <form class="sign-in" method="post" action="/sign-in">
        <h1>{words.signIn}</h1>
        {failure !== null && (
          <p id="failure" class="failure" role="alert">
            {words.signInFailure[failure]}
          </p>
        )}
        <label>
          {words.name}
          <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required />
        </label>
        <label>
          {words.password}
          <input
            type="password"
            name="password"
            autocomplete="current-password"
            required
            aria-describedby={failure === null ? undefined : 'failure'}
          />
        </label>
        <input type="hidden" name="next" value={next} />
        <button type="submit">{words.signIn}</button>
      </form>
    ),
  })
}
