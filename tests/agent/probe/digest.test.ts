import { expect, test } from 'vitest'
import { bestChallenge, digestHeader } from '../../../agent/probe/digest.ts'

// RFC 7616, section 3.9.1.
const RFC = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
}
const challengeOf = (algorithm: string) =>
  `Digest realm="${RFC.realm}", qop="auth, auth-int", algorithm=${algorithm}, nonce="${RFC.nonce}", opaque="${RFC.opaque}"`
const MUFASA = { user: 'Mufasa', password: 'Circle of Life' }
const REQUEST = {
  ...{ method: 'GET', uri: '/dir/index.html', count: 1 },
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
}

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
])('the example of RFC 7616 by %s', (algorithm, response) => {
  const header = digestHeader(bestChallenge([challengeOf(algorithm)]), MUFASA, REQUEST)
  expect(header).toContain(`response="${response}"`)
  expect(header).toContain(`opaque="${RFC.opaque}"`)
  expect(header).toContain('nc=00000001')
})

test('without qop the answer is that of RFC 2069 as RFC 2617 gives it in section 3.5 of its errata', () => {
  // RFC 2069, 2.4, with the response of its errata 749.
  const challenge = bestChallenge([
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  ])
  const papers = { user: 'Mufasa', password: 'CircleOfLife' }
  const header = digestHeader(challenge, papers, { method: 'GET', uri: '/dir/index.html', count: 1 })
  expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"')
  expect(header).not.toContain('qop')
})

test('of several challenges the strongest that is known, also behind others in one header', () => {
  const offers = `Basic realm="a, Digest b", ${challengeOf('MD5')}, Negotiate, ${challengeOf('SHA-256')}`
  expect(bestChallenge([offers]).algorithm).toBe('SHA-256')
  expect(bestChallenge([challengeOf('MD5'), challengeOf('SHA-999')]).algorithm).toBe('MD5')
  expect(bestChallenge(['digest NONCE=abc, QoP=auth, stale=TRUE'])).toMatchObject({
    nonce: 'abc',
    stale: true,
  })
})

test.each([
  [[]],
  [['Basic realm="router"']],
  [['Digest realm="no nonce"']],
  [['Digest nonce="x", algorithm=SHA-999']],
  [['Digest nonce="x", qop="auth-int"']],
  [['", ,,, = "=" Digest']],
])('no challenge that can be answered in %j', (headers) => {
  expect(() => bestChallenge(headers)).toThrow('expected a digest by MD5 or SHA-256, got')
})
