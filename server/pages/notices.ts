import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { areaId, ID_PATTERN, siteId } from '#protocol/ids.ts'
import { signInPath } from '../../web/address.ts'
import type { Mistake } from '../../web/notices.ts'
import { renderPlannedPage } from '../../web/pages/planned.tsx'
import { renderStormsPage } from '../../web/pages/storms.tsx'
import { noticeWordsOf } from '../../web/words/notices.ts'
import { RegistryError } from '../registry/registry.ts'
import { MAX_PLAN_DAYS, PlanError, type Plans } from '../storms/plans.ts'
import type { Storms } from '../storms/storms.ts'
import { MAX_SWITCHED_HOURS } from '../storms/switch.ts'
import { type NoticeViewParts, plannedView, stormsView } from '../views/notices.ts'
import { type Frame, viewerOf } from './frame.ts'

export interface NoticePageParts extends NoticeViewParts {
  storms: Pick<Storms, 'switchOn' | 'switchOff'>
  plans: Pick<Plans, 'enter' | 'callOff'>
}

const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const Id = Type.String({ pattern: ID_PATTERN })
/** A form sends one tick as a text and several as a list. */
const Ids = Type.Optional(Type.Union([Id, Type.Array(Id, { maxItems: 1000 })]))

/** As in the API: no control or invisible characters, and not only blanks. */
const NAME = /^(?!\s*$)\P{C}{1,120}$/u

const VIETNAM = '+07:00'

/** What a `datetime-local` field holds, on Vietnam's clocks; null for anything else. */
function localTime(text: string | undefined): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text ?? '')) return null
  const at = Date.parse(`${text}${text!.length === 16 ? ':00' : ''}${VIETNAM}`)
  if (Number.isNaN(at)) return null
  // 31 February is read as a day of March.
  const day = new Date(`${text!.slice(0, 10)}T00:00Z`).getUTCDate()
  return day === Number(text!.slice(8, 10)) ? at : null
}

const listOf = (ids: string | string[] | undefined): string[] =>
  ids === undefined ? [] : typeof ids === 'string' ? [ids] : ids

/** What is announced: storms, and cuts that are planned. Reading is for whoever may read; changing wants a name. */
export const noticePages =
  (parts: NoticePageParts, { show, assetsFor, toSignIn }: Frame): FastifyPluginAsyncTypebox =>
  async (app) => {
    const signedIn = async (request: FastifyRequest, reply: FastifyReply) => {
      if (!request.account) return reply.redirect(signInPath(request.url.replace(/^(\/\w+).*/, '$1')), 303)
    }
    const storms = (request: FastifyRequest, reply: FastifyReply, mistake: Mistake | null = null) =>
      show(reply, renderStormsPage(stormsView(parts, mistake), viewerOf(request), assetsFor(reply)))
    const planned = (request: FastifyRequest, reply: FastifyReply, mistake: Mistake | null = null) =>
      show(reply, renderPlannedPage(plannedView(parts, mistake), viewerOf(request), assetsFor(reply)))
    const wordsFor = (request: FastifyRequest) => noticeWordsOf(viewerOf(request).language)

    app.get('/storms', { onRequest: toSignIn }, (request, reply) => storms(request, reply))
    app.get('/planned', { onRequest: toSignIn }, (request, reply) => planned(request, reply))

    app.post(
      '/storms',
      {
        onRequest: signedIn,
        schema: { body: Type.Object({ name: Text(200), hours: Text(20), areas: Ids }) },
      },
      async (request, reply) => {
        const words = wordsFor(request)
        const { name = '', hours = '' } = request.body
        const areas = listOf(request.body.areas)
        const forHours = Number(hours)
        const refuse = (message: string) =>
          storms(request, reply.code(422), { message, given: { name, hours, areas } })
        if (!NAME.test(name)) return refuse(words.badName)
        if (!(forHours > 0 && forHours <= MAX_SWITCHED_HOURS))
          return refuse(words.badHours(MAX_SWITCHED_HOURS))
        if (areas.length === 0) return refuse(words.noPlace)
        const asked = { areas: areas.map(areaId), hours: forHours, name, by: request.account!.name }
        try {
          await parts.storms.switchOn(asked)
        } catch (error) {
          if (error instanceof RegistryError) return refuse(words.noPlace)
          throw error
        }
        return reply.redirect('/storms', 303)
      },
    )

    app.post(
      '/storms/:id/off',
      {
        onRequest: signedIn,
        schema: { params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) }) },
      },
      async (request, reply) => {
        const off = await parts.storms.switchOff(request.params.id, request.account!.name)
        if (off) return reply.redirect('/storms', 303)
        return storms(request, reply.code(404), { message: wordsFor(request).gone, given: {} })
      },
    )

    app.post(
      '/planned',
      {
        onRequest: signedIn,
        schema: {
          body: Type.Object({
            cause: Type.Optional(Type.Enum(['power', 'maintenance'])),
            reason: Text(200),
            from: Text(32),
            to: Text(32),
            areas: Ids,
            sites: Ids,
          }),
        },
      },
      async (request, reply) => {
        const words = wordsFor(request)
        const { cause = 'power', reason = '', from = '', to = '' } = request.body
        const [areas, sites] = [listOf(request.body.areas), listOf(request.body.sites)]
        const given = { cause, reason, from, to, areas, sites }
        const refuse = (message: string) => planned(request, reply.code(422), { message, given })
        const [fromMs, toMs] = [localTime(from), localTime(to)]
        if (!NAME.test(reason)) return refuse(words.badName)
        if (fromMs === null || toMs === null) return refuse(words.badTimes)
        if (areas.length + sites.length === 0) return refuse(words.noPlace)
        try {
          await parts.plans.enter({
            ...{ cause, reason, from: fromMs, to: toMs, owner: request.account!.name },
            ...{ areas: areas.map(areaId), sites: sites.map(siteId) },
          })
        } catch (error) {
          if (error instanceof PlanError) return refuse(words.badSpan(MAX_PLAN_DAYS))
          if (error instanceof RegistryError) return refuse(words.noPlace)
          throw error
        }
        return reply.redirect('/planned', 303)
      },
    )

    app.post(
      '/planned/:id/off',
      {
        onRequest: signedIn,
        schema: { params: Type.Object({ id: Type.String({ pattern: '^P-[0-9a-f]{1,16}$' }) }) },
      },
      async (request, reply) => {
        const off = await parts.plans.callOff(request.params.id, request.account!.name)
        if (off) return reply.redirect('/planned', 303)
        return planned(request, reply.code(404), { message: wordsFor(request).gone, given: {} })
      },
    )
  }
