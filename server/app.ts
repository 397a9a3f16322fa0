import { STATUS_CODES } from 'node:http'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { areaRoutes } from './api/areas.ts'
import { availabilityRoutes } from './api/availability.ts'
import { billRoutes } from './api/bills.ts'
import { calendarRoutes } from './api/calendar.ts'
import { deviceRoutes } from './api/devices.ts'
import { enrolmentRoutes } from './api/enrolments.ts'
import { type HealthParts, healthRoutes } from './api/health.ts'
import { incidentRoutes } from './api/incidents.ts'
import type { Parts } from './api/parts.ts'
import { plannedRoutes } from './api/planned.ts'
import { quarantineRoutes } from './api/quarantine.ts'
import { reportRoutes } from './api/reports.ts'
import { schemaErrors } from './api/schema-errors.ts'
import { sessionRoutes } from './api/sessions.ts'
import { siteRoutes } from './api/sites.ts'
import { stormRoutes } from './api/storms.ts'
import { uplinkRoutes } from './api/uplinks.ts'
import { recogniseAccount, refuseForeignOrigin, requireAccount, requireLocalName } from './auth/guard.ts'
import { type PageParts, pageRoutes } from './pages/pages.ts'
import { RegistryError } from './registry/registry.ts'

export interface AppParts extends Parts, Omit<PageParts, keyof Parts>, Omit<HealthParts, 'ledger'> {
  /** Where people reach the pages from outside; null while only this machine may. */
  publicUrl: URL | null
  /** Only this machine may see the pages, and needs no password to read them. */
  localOnly: boolean
  /** Served over https, as the outside sees it. */
  secure: boolean
  logger: FastifyBaseLogger
}

/** The largest body is a form or a small JSON object. */
const BODY_LIMIT_BYTES = 65_536
const REQUEST_TIMEOUT_MS = 15_000

/** Ids have 32 characters, but those of warnings, which their senders choose, have up to 200 and a sender before them. */
const MAX_PARAM_LENGTH = 512

/** Says nothing of anybody, and is asked by whatever name the asking program knows. */
const FOR_MACHINES = /^\/(healthz|readyz|metrics)$/

const MISDIRECTED =
  'expected a name of this machine (localhost, 127.0.0.1) in Host; to open the pages to others set HAIDANG_PUBLIC_URL'

/** The pages and the API, ready to be listened on or injected into. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // What a body holds beyond its schema is refused; left to itself Fastify drops it without a word.
    ajv: { customOptions: { removeAdditional: false, allErrors: true, verbose: true } },
    schemaErrorFormatter: schemaErrors,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
  })
  await app.register(cookie)
  await app.register(formbody, { bodyLimit: BODY_LIMIT_BYTES })
  await app.register(rateLimit, { global: false })
  await app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: [],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: parts.secure,
    // With helmet's own `no-referrer` a browser sends its own forms with `Origin: null`, like a foreign page's.
    referrerPolicy: { policy: 'same-origin' },
  })
  app.decorateRequest('account', null)
  if (parts.localOnly) {
    app.addHook('onRequest', async (request, reply) => {
      if (!request.url.match(FOR_MACHINES) && !requireLocalName(request)) {
        return reply.code(421).send({ statusCode: 421, error: 'Misdirected Request', message: MISDIRECTED })
      }
    })
  }
  app.addHook('onRequest', recogniseAccount(parts.accounts))
  app.addHook('onRequest', refuseForeignOrigin(parts.publicUrl?.host ?? null))
  app.setErrorHandler(answerError)

  await app.register(healthRoutes(parts))
  await app.register(api(parts), { prefix: '/api/v1' })
  await app.register(pageRoutes(parts))
  return app
}

const api =
  (parts: AppParts): FastifyPluginAsync =>
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Hải Đăng', version: '1', description: 'Times are ms since 1970 UTC.' },
        components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
        security: [{ bearer: [] }],
      },
    })
    await app.register(sessionRoutes(parts))
    app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
    await app.register(signedInApi(parts))
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send({
        statusCode: 404,
        error: 'Not Found',
        message: `expected a known address or id, got ${request.method} ${request.url}`,
      }),
    )
  }

const signedInApi =
  (parts: AppParts): FastifyPluginAsync =>
  async (app) => {
    app.addHook('onRequest', requireAccount)
    await app.register(areaRoutes(parts))
    await app.register(siteRoutes(parts))
    await app.register(uplinkRoutes(parts))
    await app.register(deviceRoutes(parts))
    await app.register(availabilityRoutes(parts))
    await app.register(billRoutes(parts))
    await app.register(calendarRoutes(parts))
    await app.register(incidentRoutes(parts))
    await app.register(stormRoutes(parts))
    await app.register(plannedRoutes(parts))
    await app.register(enrolmentRoutes(parts))
    await app.register(quarantineRoutes(parts))
    await app.register(reportRoutes(parts))
  }

/** What a caller did wrong is said to it; what went wrong here is said to the log. */
function answerError(error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) {
  const statusCode =
    error instanceof RegistryError ? { taken: 409, unknown: 422 }[error.kind] : (error.statusCode ?? 500)
  const ours = statusCode >= 500
  if (ours) request.log.error({ url: request.url, error: error.message }, 'request failed')
  return reply.code(statusCode).send({
    statusCode,
    error: STATUS_CODES[statusCode] ?? 'Error',
    message: ours ? 'the centre could not answer; its log says why' : error.message,
  })
}
