import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import type { PageAssets } from '../../web/assets.ts'
import { renderFavicon } from '../../web/icons.tsx'
import { renderIncidentPage } from '../../web/pages/incident.tsx'
import { renderNowPage } from '../../web/pages/now.tsx'
import type { NowView } from '../../web/view.ts'
import { ASSETS, incidentPage, viewer } from './sample-views.ts'

const POLICY =
  "default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"

/** The pages and their live stream on a port of their own, under a strict policy, steered by the test. */
export class LiveSite {
  view: NowView
  version = ASSETS.version
  incident = incidentPage()
  /** How often a page was asked for. */
  pages = 0
  #accepting = true
  readonly #streams = new Set<ServerResponse>()
  readonly #style = readFileSync('web/style.css', 'utf8')
  #script = ''
  readonly #server = createServer((request, response) => {
    switch (request.url) {
      case '/':
        this.#show(response, renderNowPage(this.view, viewer(), this.#assets()))
        break
      case '/incidents/I1':
        this.#show(
          response,
          renderIncidentPage(this.incident, viewer({ name: 'admin', path: request.url }), this.#assets()),
        )
        break
      case '/live.js':
        response.setHeader('content-type', 'text/javascript')
        response.end(this.#script)
        break
      case '/icon.svg':
        response.setHeader('content-type', 'image/svg+xml')
        response.end(renderFavicon())
        break
      case '/events?lang=vi':
        if (this.#accepting) this.#open(response)
        else response.writeHead(503).end()
        break
      default:
        response.writeHead(404).end()
    }
  })

  constructor(view: NowView) {
    this.view = view
  }

  /** Answers the address of the front page. */
  async start(): Promise<string> {
    const bundle = await build({ entryPoints: ['web/live.ts'], bundle: true, format: 'esm', write: false })
    this.#script = bundle.outputFiles[0]!.text
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  get streams(): number {
    return this.#streams.size
  }

  send(id: string, html: string): void {
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify({ id, html })}\n\n`)
  }

  hello(version: string): void {
    for (const stream of this.#streams) stream.write(`event: hello\ndata: ${version}\n\n`)
  }

  /** Ends every stream as the server does after a while. */
  again(): void {
    for (const stream of this.#streams) stream.end('event: again\ndata:\n\n')
  }

  /** Breaks every stream and refuses new ones until `mend`. */
  cut(): void {
    this.#accepting = false
    for (const stream of this.#streams) stream.destroy()
  }

  mend(): void {
    this.#accepting = true
  }

  #assets(): PageAssets {
    return { ...ASSETS, style: this.#style, version: this.version }
  }

  #show(response: ServerResponse, html: string): void {
    this.pages += 1
    response.setHeader('content-security-policy', POLICY)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(html)
  }

  #open(response: ServerResponse): void {
    // A short pause before the browser tries again keeps the tests short.
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`retry: 50\nevent: hello\ndata: ${this.version}\n\n`)
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }
}
