/** What a caller did wrong, with the status that answers it. */
export function refusal(statusCode: 404 | 409 | 422, message: string): Error & { statusCode: number } {
  return Object.assign(new Error(message), { statusCode })
}
