import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Peer, SAMPLE_SECONDS } from './peer.ts'

const EXPORTER_PORT = 9100
const PROMETHEUS_PORT = 9090

/** The collectors that hold what ours measures, and nothing about the exporter itself. */
const FEW = [
  '--web.disable-exporter-metrics',
  '--collector.disable-defaults',
  '--collector.cpu',
  '--collector.meminfo',
  '--collector.filesystem',
  '--collector.netdev',
  '--collector.stat',
]

/** Prometheus' own default is a scrape a minute; Debian's example scrapes four times as often. */
function start(collectors: readonly string[]): Peer['start'] {
  return async ({ line, folder, outside, inside }) => {
    const config = {
      global: { scrape_interval: `${SAMPLE_SECONDS}s` },
      scrape_configs: [
        { job_name: 'node', static_configs: [{ targets: [`${line.deviceAddress}:${EXPORTER_PORT}`] }] },
      ],
    }
    // JSON is YAML too.
    writeFileSync(join(folder, 'prometheus.json'), JSON.stringify(config))
    const listen = (address: string, port: number) => `--web.listen-address=${address}:${port}`
    const exporter = inside(
      ...['prometheus-node-exporter', listen(line.deviceAddress, EXPORTER_PORT), ...collectors],
    )
    await exporter.says('Listening on')
    const prometheus = outside(
      'prometheus',
      `--config.file=${join(folder, 'prometheus.json')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      listen(line.serverAddress, PROMETHEUS_PORT),
    )
    await prometheus.says('ready to receive web requests')
    return async () => {
      const query = encodeURIComponent('sum_over_time(scrape_samples_scraped{job="node"}[1h])')
      const answer = await fetch(
        `http://${line.serverAddress}:${PROMETHEUS_PORT}/api/v1/query?query=${query}`,
      )
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
      return Number(data.result[0]?.value[1] ?? 0)
    }
  }
}

const COMMON = {
  encrypted: false,
  programs: { prometheus: 'prometheus', 'prometheus-node-exporter': 'prometheus-node-exporter' },
  delaySeconds: SAMPLE_SECONDS,
  periodSeconds: SAMPLE_SECONDS,
} as const

/** Prometheus, which asks prometheus-node-exporter once a minute. */
export const prometheus: Peer[] = [
  { ...COMMON, name: 'prometheus', setting: 'default', start: start([]) },
  { ...COMMON, name: 'prometheus_few_collectors', setting: 'thriftiest', start: start(FEW) },
]
