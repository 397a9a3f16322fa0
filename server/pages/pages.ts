import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { deviceId, ID_PATTERN } from '#protocol/ids.ts'
import { localPath, RANGES } from '../../web/address.ts'
import { renderFavicon } from '../../web/icons.tsx'
import { renderDevicePage } from '../../web/pages/device.tsx'
import { renderNowPage } from '../../web/pages/now.tsx'
import { renderProblemPage } from '../../web/pages/problem.tsx'
import { renderSignInPage } from '../../web/pages/sign-in.tsx'
import type { Accounts } from '../auth/accounts.ts'
import { SESSION_COOKIE, tokenOf } from '../auth/guard.ts'
import { SIGN_IN_LIMIT } from '../auth/sign-in-limit.ts'
import { type BillParts, billViewOf } from '../bills/bill.ts'
import type { Live } from '../projections/live.ts'
import type { ReadingStore } from '../projections/readings/store.ts'
import type { PublishingParts } from '../reports/publishing.ts'
import { figuresThisMonth } from '../views/availability.ts'
import { devicePageView } from '../views/device.ts'
import { nowView, type ViewParts } from '../views/now.ts'
import type { BrowserFiles } from './assets.ts'
import { availabilityPages } from './availability.ts'
import { drawingOf } from './charts.ts'
import { compressPage, pack, sendPacked } from './compress.ts'
import { LANGUAGE_COOKIE, pageFrame, viewerOf } from './frame.ts'
import { type IncidentPageParts, incidentPages } from './incidents.ts'
import { inventoryPages } from './inventory.ts'
import type { LiveStream, Scope } from './live-stream.ts'
import { type NoticePageParts, noticePages } from './notices.ts'

export interface PageParts
  extends ViewParts,
    Omit<NoticePageParts, keyof ViewParts>,
    Omit<PublishingParts, 'registry'> {
  registry: ViewParts['registry'] & BillParts['registry'] & PublishingParts['registry']
  incidents: ViewParts['incidents'] & IncidentPageParts['incidents']
  accounts: Pick<Accounts, 'signIn' | 'signOut'>
  live: Pick<Live, 'device' | 'metrics'>
  readings: Pick<ReadingStore, 'read'>
  stream: Pick<LiveStream, 'add'>
  browserFiles: BrowserFiles
  localOnly: boolean
  secure: boolean
}

const YEAR_SECONDS = 365 * 86_400

/** The pages: plain links and forms, made alive by one small script. */
export const pageRoutes =
  (parts: PageParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { script, version } = parts.browserFiles
    const favicon = pack(renderFavicon())

    const frame = pageFrame(parts)
    const { assetsFor, show, mayRead, toSignIn } = frame
    const Search = Type.Object({
      lang: Type.Optional(Type.String({ maxLength: 16 })),
      range: Type.Optional(Type.Enum([...RANGES])),
      charts: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
      next: Type.Optional(Type.String({ maxLength: 512 })),
      site: Type.Optional(Type.String({ maxLength: 32 })),
      area: Type.Optional(Type.String({ maxLength: 32 })),
      device: Type.Optional(Type.String({ maxLength: 32 })),
      incident: Type.Optional(Type.String({ maxLength: 32 })),
    })

    // Before any route: one that is there already keeps the handler that it found, which answers programs.
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500
      if (status >= 500) request.log.error({ url: request.url, error: error.message }, 'page failed')
      const viewer = viewerOf(request)
      const assets = assetsFor(reply)
      if (status === 429) return show(reply.code(429), renderSignInPage(viewer, assets, 'too-many', '/'))
      // An address that can be of nothing is to its reader one that leads nowhere.
      const told = status === 400 && request.method === 'GET' ? 404 : status
      return show(reply.code(told), renderProblemPage(viewer, assets, told))
    })

    app.setNotFoundHandler((request, reply) => {
      const viewer = viewerOf(request)
      return show(reply.code(404), renderProblemPage(viewer, assetsFor(reply), 404))
    })

    app.addHook('onSend', compressPage)
    app.addHook('onRequest', async (request, reply) => {
      const asked = (request.query as { lang?: unknown }).lang
      if (asked === 'vi' || asked === 'en') {
        reply.setCookie(LANGUAGE_COOKIE, asked, { path: '/', maxAge: YEAR_SECONDS, sameSite: 'lax' })
      }
    })

    app.get('/', { onRequest: toSignIn, schema: { querystring: Search } }, (request, reply) => {
      const viewer = viewerOf(request)
      const { site = '', area = '' } = request.query
      const assets = assetsFor(reply, { lang: viewer.language, site, area })
      return show(reply, renderNowPage(nowView(parts), viewer, assets))
    })

    app.get(
      '/devices/:id',
      {
        onRequest: toSignIn,
        schema: { params: Type.Object({ id: Type.String({ pattern: ID_PATTERN }) }), querystring: Search },
      },
      async (request, reply) => {
        const device = parts.registry.device(deviceId(request.params.id))
        if (!device) return reply.callNotFound()
        const viewer = viewerOf(request)
        const { range = '24h', charts: page = 1 } = request.query
        const now = parts.now()
        // A store of readings that is down costs the page its charts and nothing else.
        const drawn = await drawingOf(parts.readings, {
          ...{ device, range, page, now, measured: parts.live.metrics(device.id) },
          values: parts.live.device(device.id, now)?.values ?? {},
          traits: parts.traits.of(device.id).traits,
        }).catch((error: Error) => {
          request.log.warn({ error: error.message }, 'the store of readings did not answer')
          return null
        })
        // The store was just asked for charts: one that is down is not waited for a second time.
        const bill = drawn && (await billViewOf(parts, device, now).catch(() => null))
        const thisMonth = await figuresThisMonth(parts, device.id)
        const view = devicePageView(parts, device, { drawn, bill, thisMonth })
        return show(
          reply,
          renderDevicePage(view, viewer, assetsFor(reply, { lang: viewer.language, device: device.id })),
        )
      },
    )

    await app.register(incidentPages(parts, frame))
    await app.register(noticePages(parts, frame))
    await app.register(availabilityPages(parts, frame))
    await app.register(inventoryPages(parts, frame))

    app.get('/sign-in', { schema: { querystring: Search } }, (request, reply) => {
      const viewer = viewerOf(request)
      const assets = assetsFor(reply)
      return show(reply, renderSignInPage(viewer, assets, null, localPath(request.query.next ?? '/')))
    })

    app.post(
      '/sign-in',
      {
        config: { rateLimit: { ...SIGN_IN_LIMIT, errorResponseBuilder: tooMany } },
        schema: {
          body: Type.Object({
            name: Type.String({ maxLength: 64 }),
            password: Type.String({ maxLength: 256 }),
            next: Type.Optional(Type.String({ maxLength: 512 })),
          }),
        },
      },
      async (request, reply) => {
        const next = localPath(request.body.next ?? '/')
        const session = await parts.accounts.signIn(request.body.name, request.body.password)
        if (session) {
          reply.setCookie(SESSION_COOKIE, session.token, {
            path: '/',
            httpOnly: true,
            sameSite: 'lax',
            secure: parts.secure,
            // An age, as the browser's clock may be another than the centre's.
            maxAge: Math.round((session.expiresMs - parts.now()) / 1000),
          })
          return reply.redirect(next, 303)
        }
        // The language switch leads back by GET, so it must carry where the reader was going.
        const viewer = { ...viewerOf(request), path: `/sign-in?next=${encodeURIComponent(next)}` }
        return show(reply.code(401), renderSignInPage(viewer, assetsFor(reply), 'wrong', next))
      },
    )

    app.post('/sign-out', async (request, reply) => {
      const token = tokenOf(request)
      if (token !== null) await parts.accounts.signOut(token)
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).redirect('/', 303)
    })

    app.get(`/live-${version}.js`, (request, reply) => {
      reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`).type('text/javascript')
      return sendPacked(request, reply, script)
    })

    app.get('/icon.svg', (request, reply) => {
      reply.header('cache-control', `public, max-age=${YEAR_SECONDS}`).type('image/svg+xml')
      return sendPacked(request, reply, favicon)
    })

    app.get('/events', { schema: { querystring: Search } }, (request, reply) => {
      if (!mayRead(request)) return reply.code(401).send()
      const { site, area, device, incident } = request.query
      const scope: Scope = device
        ? { kind: 'device', device }
        : incident
          ? { kind: 'incident', incident }
          : { kind: 'front', site: site || null, area: area || null }
      if (!parts.stream.add(reply.raw, { language: viewerOf(request).language, scope }))
        return reply.code(503).send()
      return reply.hijack()
    })
  }

function tooMany(): Error & { statusCode: number } {
  return Object.assign(new Error('too many tries'), { statusCode: 429 })
}
