/** The centre's side of `bench:capacity`: says its port in the first line. Arguments: address, device, key. */
import { CapacityResponder } from '../../../../server/capacity/responder.ts'

const [host, device, key] = process.argv.slice(2) as [string, string, string]
const responder = new CapacityResponder({
  keyOf: (identity) => (identity === device ? Buffer.from(key, 'hex') : null),
  host,
  port: 0,
  limits: { estimatesPerHour: 100_000, challengesPerHour: 100_000 },
  log: { warn: (data, text) => process.stderr.write(`${text} ${JSON.stringify(data)}\n`) },
  onRefused: (why) => process.stderr.write(`refused: ${why}\n`),
})
process.stdout.write(`${await responder.start()}\n`)
