import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { canMakeLines } from './weak-line.ts'

/** One way from the site to the world. */
export interface Line {
  /** The site's interface. */
  interface: string
  /** Beyond the provider's gateway, and reached only through this line. */
  check: string
  /** What is pinged answers so much later. */
  delay(ms: number): Promise<void>
  /** Every so many-th ping is lost. */
  loseEvery(pings: number): void
  /** The provider swallows everything, or no more; the link is well. */
  swallow(on: boolean): void
  /** The provider's end of the cable is pulled out, or in: the site loses its carrier. */
  unplug(on: boolean): void
  /** The site's own interface is switched off, or on. */
  switchOff(on: boolean): void
  /** The default route over this line, which is lost with an interface that is switched off. */
  route(on: boolean): void
}

/** A router with two lines to two providers: three network namespaces and two veth pairs. */
export interface TwoLines {
  first: Line
  second: Line
  /** The command that runs another one on the router. */
  inside(...command: string[]): string[]
  setSysctl(name: string, value: string): void
  /** The interface that the kernel takes for an address of the world. */
  chosen(): string
}

/**
 * Answers pings to an address late, in the kernel's place. Not every kernel can slow an interface down (netem), and a raw
 * socket is nothing that Node has; Perl is a part of every Debian. An answer is the question with type 0 for 8, and so
 * a checksum that is higher by 0x0800.
 */
const LATE_ECHO = `
use Socket;
my ($address, $seconds) = @ARGV;
socket(S, PF_INET, SOCK_RAW, 1) && bind(S, sockaddr_in(0, inet_aton($address))) or die "raw socket: $!";
$| = 1;
print "ready\n";
while (defined(my $from = recv(S, my $packet, 2048, 0))) {
  my $echo = substr($packet, 4 * (ord($packet) & 15));
  next unless ord($echo) == 8;
  select(undef, undef, undef, $seconds);
  my $sum = unpack('n', substr($echo, 2, 2)) + 0x0800;
  substr($echo, 0, 4) = pack('CCn', 0, 0, ($sum & 0xffff) + ($sum >> 16));
  send(S, $echo, 0, $from);
}`

/** Whether lines can be made and pinged here. In CI they must. */
export function canPingLines(): boolean {
  return canMakeLines() && canPing()
}

export function canPing(): boolean {
  if (!spawnSync('ping', ['-V']).error) return true
  if (process.env.CI) throw new Error('pings: expected the program ping')
  process.stderr.write('skipped: pings need ping (apt-get install iputils-ping)\n')
  return false
}

/** Gone with the test. */
export function makeTwoLines(): TwoLines {
  const site = `hdu${process.pid}`
  onTestFinished(() => {
    for (const end of ['', 'a', 'b']) spawnSync('ip', ['netns', 'delete', `${site}${end}`])
  })
  tool('ip', 'netns', 'add', site)
  tool('ip', '-n', site, 'link', 'set', 'lo', 'up')
  return {
    first: makeLine(site, 'a', 1),
    second: makeLine(site, 'b', 2),
    inside: (...command) => ['ip', 'netns', 'exec', site, ...command],
    setSysctl: (name, value) => void tool('ip', 'netns', 'exec', site, 'sysctl', '-qw', `${name}=${value}`),
    chosen: () => / dev (\S+)/.exec(tool('ip', '-n', site, 'route', 'get', '192.0.2.99'))?.[1] ?? '',
  }
}

function makeLine(site: string, end: string, number: number): Line {
  const provider = `${site}${end}`
  const [here, there] = [`line-${end}`, 'customer']
  const [own, gateway, check] = [`10.78.${number}.2`, `10.78.${number}.1`, `10.77.${number}.1`]
  const atProvider = (...command: string[]) => tool('ip', 'netns', 'exec', provider, ...command)
  const route = (on: boolean) => {
    const metric = ['metric', String(number * 10)]
    tool(
      'ip',
      '-n',
      site,
      'route',
      on ? 'replace' : 'delete',
      'default',
      'via',
      gateway,
      'dev',
      here,
      ...metric,
    )
  }
  tool('ip', 'netns', 'add', provider)
  tool('ip', '-n', site, 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', provider)
  tool('ip', '-n', site, 'address', 'add', `${own}/30`, 'dev', here)
  tool('ip', '-n', provider, 'address', 'add', `${gateway}/30`, 'dev', there)
  tool('ip', '-n', provider, 'address', 'add', `${check}/32`, 'dev', 'lo')
  for (const [namespace, device] of [
    [site, here],
    [provider, there],
    [provider, 'lo'],
  ] as const) {
    tool('ip', '-n', namespace, 'link', 'set', device, 'up')
  }
  route(true)
  const onOff = (namespace: string, device: string, on: boolean) =>
    tool('ip', '-n', namespace, 'link', 'set', device, on ? 'up' : 'down')
  return {
    ...{ interface: here, check, route },
    async delay(ms) {
      atProvider('sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1')
      const args = ['netns', 'exec', provider, 'perl', '-e', LATE_ECHO, check, String(ms / 1000)]
      const echo = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(echo, 'close')
      onTestFinished(async () => {
        echo.kill('SIGKILL')
        await ended
      })
      await once(echo.stdout, 'data')
    },
    loseEvery(pings) {
      const every = ['-m', 'statistic', '--mode', 'nth', '--every', String(pings), '--packet', '0']
      atProvider('iptables', '-A', 'INPUT', '-p', 'icmp', ...every, '-j', 'DROP')
    },
    swallow: (on) => void atProvider('iptables', '-P', 'INPUT', on ? 'DROP' : 'ACCEPT'),
    unplug: (on) => onOff(provider, there, !on),
    switchOff: (on) => onOff(site, here, !on),
  }
}

function tool(...command: string[]): string {
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.join(' ')}: expected exit status 0, got ${status}: ${stderr}`)
  return stdout
}
