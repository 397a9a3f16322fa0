import type { Hello } from '#protocol/hello.ts'

/** What a device says that is at peace: fields of it are overridden where a test is about them. */
export function sampleHello(fields: Partial<Hello> = {}): Hello {
  const pace = { settings: 0, sampleSeconds: 60, reportSeconds: 900, keepaliveSeconds: 1200, step: 0 }
  return { epoch: 1, boot: 1, uptimeSeconds: 60, previousEnd: null, pace, rows: 0, ...fields }
}
