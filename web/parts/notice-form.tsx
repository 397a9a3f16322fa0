import type { ComponentChildren } from 'preact'
import { signInPath } from '../address.ts'
import type { Mistake } from '../notices.ts'
import type { Viewer } from '../view.ts'
import { noticeWordsOf } from '../words/notices.ts'

/** What was filled in before the form came back, as one text. */
export function textGiven(mistake: Mistake | null, name: string): string | undefined {
  const value = mistake?.given[name]
  return typeof value === 'string' ? value : undefined
}

/** The same, as a list. */
export function listGiven(mistake: Mistake | null, name: string): readonly string[] {
  const value = mistake?.given[name] ?? []
  return typeof value === 'string' ? [value] : value
}

interface FormProps {
  title: string
  /** What it does, in a sentence. */
  what: string
  action: string
  mistake: Mistake | null
  viewer: Viewer
  children: ComponentChildren
}

/** A form for whoever is signed in; what was wrong with it stands first. */
export function NoticeForm({ title, what, action, mistake, viewer, children }: FormProps) {
  const words = noticeWordsOf(viewer.language)
  return (
    <section>
      <h2 id="form">{title}</h2>
      {viewer.name === null ? (
        <p>
          <a class="back" href={signInPath(action)}>
            {words.signInToChange}
          </a>
        </p>
      ) : (
        <form class="sign-in form" method="post" action={action} aria-labelledby="form">
          {mistake !== null && (
            <p class="failure" role="alert">
              {words.mistake}: {mistake.message}
            </p>
          )}
          <p>{what}</p>
          {children}
        </form>
      )}
    </section>
  )
}

/** Ends one thing; a form of its own, so that it works without any script. */
export function EndButton({ action, label, of }: { action: string; label: string; of: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit" class="end" aria-label={`${label}: ${of}`}>
        {label}
      </button>
    </form>
  )
}
