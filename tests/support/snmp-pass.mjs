// Serves objects of a file to snmpd by its pass_persist protocol (snmpd.conf(5)): `node snmp-pass.mjs FILE`, a JSON list
// of [oid, type, value] in the order of a walk.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const objects = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const numbersOf = (oid) => oid.split('.').map(Number)

function isBehind(one, other) {
  const [left, right] = [numbersOf(one), numbersOf(other)]
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    if (left[place] !== right[place]) return left[place] > right[place]
  }
  return left.length > right.length
}

function answerTo(question, oid) {
  const found = objects.find(([own]) => (question === 'getnext' ? isBehind(own, oid) : own === oid))
  return found ? `.${found[0]}\n${found[1]}\n${found[2]}\n` : 'NONE\n'
}

let question = null
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'PING') process.stdout.write('PONG\n')
  else if (question === null) question = line
  else {
    process.stdout.write(answerTo(question, line.replace(/^\./, '')))
    question = null
  }
}
