import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { areaId, type DeviceId, type DeviceKind, deviceId, siteId } from '#protocol/ids.ts'
import { type Centre, startCentre } from '../../server/centre.ts'
import { readConfig } from '../../server/config.ts'
import { DEFAULT_RULES, type Rules } from '../../server/incidents/rules.ts'
import { newKey } from '../../server/registry/new-device.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const ADMIN_PASSWORD = 'mat-khau-kiem-thu'

const WEB_FOLDER = new URL('../../dist/web/', import.meta.url)

/** What the centre then wants of the device: its settings stand above the device's own papers. */
export interface QuickPace {
  reportSeconds: number
  keepaliveSeconds: number
}

export interface TestCentre extends Centre {
  folder: string
  address: string
  /** GET, or POST when there is a body, unless another is named; as the administrator. */
  api<Body>(path: string, body?: object, method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE'): Promise<Body>
  enrol(device: string, site?: string, kind?: DeviceKind): Promise<{ device: DeviceId; key: Uint8Array }>
  /** At a pace that the API would call too quick. */
  enrolQuick(device: string, pace: QuickPace): Promise<{ device: DeviceId; key: Uint8Array }>
}

/** A whole centre on free ports and an own folder, with one area and one site; it stops with the test. */
export async function startTestCentre(
  environment: Record<string, string> = {},
  rules: Partial<Rules> = {},
): Promise<TestCentre> {
  const folder = environment.HAIDANG_DATA ?? temporaryFolder()
  const config = readConfig({
    HAIDANG_DATA: folder,
    HAIDANG_HTTP_PORT: '0',
    HAIDANG_MQTT_PORT: '0',
    HAIDANG_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ...environment,
  })
  const centre = await startCentre({
    config,
    log: pino({ level: 'silent' }),
    webFolder: WEB_FOLDER,
    rules: { ...DEFAULT_RULES, ...rules },
  })
  onTestFinished(() => centre.stop())
  const address = `http://127.0.0.1:${centre.httpPort}`
  const signedIn = await post(`${address}/api/v1/sessions`, { name: 'admin', password: ADMIN_PASSWORD })
  const { token } = (await signedIn.json()) as { token: string }

  async function api<Body>(
    path: string,
    body?: object,
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  ): Promise<Body> {
    const headers = { authorization: `Bearer ${token}` }
    const response = body
      ? await post(`${address}/api/v1${path}`, body, headers, method)
      : await fetch(`${address}/api/v1${path}`, { method: method ?? 'GET', headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Body
  }

  if (!centre.registry.area(areaId('X1'))) await api('/areas', { id: 'X1', name: 'Xã Nà Tăm' })
  if (!centre.registry.site(siteId('S1')))
    await api('/sites', { id: 'S1', area: 'X1', name: 'UBND xã Nà Tăm' })

  return {
    ...centre,
    folder,
    address,
    api,
    async enrol(device, site = 'S1', kind = 'pc') {
      const { key } = await api<{ key: string }>('/enrolments', { device, site, kind, name: device })
      return { device: deviceId(device), key: Buffer.from(key, 'hex') }
    },
    async enrolQuick(name, pace) {
      const added = { id: deviceId(name), name, key: newKey(), site: siteId('S1') }
      const unsaid = { uplink: null, sim: null, battery: false, prober: null, bulletinClass: null }
      await centre.registry.addDevice({
        ...added,
        ...unsaid,
        kind: 'router',
        ...pace,
        enrolledMs: Date.now(),
      })
      return { device: added.id, key: added.key }
    },
  }
}

function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
