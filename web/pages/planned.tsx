import type { PageAssets } from '../assets.ts'
import type { PlannedView, PlanView } from '../notices.ts'
import { BackToAll } from '../parts/back-to-all.tsx'
import { renderPage } from '../parts/layout.tsx'
import { EndButton, listGiven, NoticeForm, textGiven } from '../parts/notice-form.tsx'
import { SitePicker } from '../parts/places.tsx'
import { span } from '../parts/time.tsx'
import type { Language, Viewer } from '../view.ts'
import { noticeWordsOf } from '../words/notices.ts'

/** A cut of a whole commune; the rest is a number. */
const SITES_SHOWN = 6

function standing({ isCalledOff, from, to }: PlanView, now: number, language: Language): string {
  const words = noticeWordsOf(language)
  if (isCalledOff) return words.calledOff
  if (to <= now) return words.done
  return from <= now ? words.running : ''
}

function Card({ plan, now, viewer }: { plan: PlanView; now: number; viewer: Viewer }) {
  const { language } = viewer
  const words = noticeWordsOf(language)
  const { from, to, siteNames, reason } = plan
  const rest = siteNames.length - SITES_SHOWN
  const state = standing(plan, now, language)
  const isAhead = !plan.isCalledOff && to > now
  return (
    <li class={isAhead ? 'incident' : 'incident over'}>
      <h3>{reason}</h3>
      <p class="tag">{[words.cause[plan.cause], state].filter((word) => word !== '').join(' · ')}</p>
      {!plan.isCalledOff && <p>{span(from, to, now, language)}</p>}
      <p>
        {siteNames.slice(0, SITES_SHOWN).join(', ')} {rest > 0 && words.moreAreas(rest)}
      </p>
      {plan.isLate && <p class="names">{words.late}</p>}
      <p class="names">{words.enteredBy(plan.owner)}</p>
      {isAhead && viewer.name !== null && (
        <EndButton
          action={`/planned/${plan.id}/off`}
          label={from > now ? words.callOff : words.endNow}
          of={reason}
        />
      )}
    </li>
  )
}

/** What is announced, and the form to announce more. */
export function renderPlannedPage(view: PlannedView, viewer: Viewer, assets: PageAssets): string {
  const { language } = viewer
  const words = noticeWordsOf(language)
  const { at, mistake } = view
  const cards = (plans: readonly PlanView[]) => (
    <ul class="incidents">
      {plans.map((plan) => (
        <Card plan={plan} now={at} viewer={viewer} />
      ))}
    </ul>
  )
  const chosen = [...listGiven(mistake, 'areas'), ...listGiven(mistake, 'sites')]
  return renderPage({
    title: words.planned,
    viewer,
    assets,
    live: null,
    children: (
      <>
        <BackToAll language={language} />
        <h1>{words.planned}</h1>
        <section>
          <h2>{words.ahead}</h2>
          {view.ahead.length > 0 ? cards(view.ahead) : <p>{words.noneAhead}</p>}
        </section>
        <NoticeForm {...{ title: words.enter, what: words.enterWhat, action: '/planned', mistake, viewer }}>
          <label>
            {words.kind}
            <select name="cause" autofocus={mistake !== null}>
              {(['power', 'maintenance'] as const).map((cause) => (
                <option value={cause} selected={textGiven(mistake, 'cause') === cause}>
                  {words.cause[cause]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words.reason}
            <input name="reason" required maxLength={120} value={textGiven(mistake, 'reason')} />
          </label>
          <label>
            {words.from}
            <input name="from" type="datetime-local" required value={textGiven(mistake, 'from')} />
          </label>
          <label>
            {words.to}
            <input name="to" type="datetime-local" required value={textGiven(mistake, 'to')} />
          </label>
          <SitePicker places={view.places} chosen={chosen} language={language} />
          <button type="submit">{words.enter}</button>
        </NoticeForm>
        {view.past.length > 0 && (
          <section>
            <h2>{words.past}</h2>
            {cards(view.past)}
          </section>
        )}
      </>
    ),
  })
}
