/** The command line: each command is loaded only when it is called, so that an agent never loads a server. */
const COMMANDS = {
  start: {
    summary: 'trung tâm và tác tử của chính máy này · the centre, and an agent for this very machine',
    run: async (args: string[]) => (await import('./deploy/start.ts')).runStart(args),
  },
  server: {
    summary: 'trung tâm: nhận tin, lưu, trang xem · the centre: broker, server and pages',
    run: async (args: string[]) => (await import('./server/main.ts')).runServer(args),
  },
  agent: {
    summary: 'tác tử trên máy được theo dõi · the agent on a watched machine',
    run: async (args: string[]) => (await import('./agent/main.ts')).runAgent(args),
  },
  relay: {
    summary: 'tác tử nhận cả báo cáo của máy lân cận · an agent that carries its neighbours’ reports too',
    run: async (args: string[]) => (await import('./agent/main.ts')).runRelay(args),
  },
  demo: {
    summary: 'trình diễn: một tỉnh mô phỏng và một cơn bão · a show: a simulated province and a storm',
    run: async (args: string[]) => (await import('./deploy/demo/demo.ts')).runDemo(args),
  },
  enrol: {
    summary: 'ghi danh máy này với trung tâm · enrol this machine with a centre',
    run: async (args: string[]) => (await import('./agent/enrol.ts')).runEnrol(args),
  },
  probe: {
    summary: 'hỏi thử một thiết bị không chạy tác tử · asks a device that runs no agent, once',
    run: async (args: string[]) => (await import('./agent/probe/try.ts')).runProbe(args),
  },
  replay: {
    summary: 'chạy lại quá khứ, so sánh bộ quy tắc · runs a past again, compares sets of rules',
    run: async (args: string[]) =>
      (await import('./server/replay/main.ts')).runReplay(args, process.env.HAIDANG_DATA || 'data'),
  },
} as const

const HELP = `haidang COMMAND [--help]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}

Mã thoát · exit status: 0 xong · done, 1 lỗi · failed, 2 gọi sai · bad usage
`

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(HELP)
    return name === undefined ? 2 : 0
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    process.stderr.write(
      `haidang: expected one of ${Object.keys(COMMANDS).join(', ')}, got ${JSON.stringify(name)}\n`,
    )
    return 2
  }
  return COMMANDS[name as keyof typeof COMMANDS].run(args)
}

// A reader that has heard enough, as `head` has, is no fault of the command.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await main(process.argv.slice(2))
