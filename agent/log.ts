/** What the agent's parts need of a logger; pino's has this shape. The text is English and short. */
export interface Log {
  info(data: object, text: string): void
  warn(data: object, text: string): void
  error(data: object, text: string): void
}
