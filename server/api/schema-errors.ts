import type { FastifySchemaValidationError } from 'fastify'

/** A form with more mistakes than these was not filled in by a person. */
const TOLD = 10

/** Enough to recognise what was sent. */
const GOT_CHARACTERS = 60

/** Ajv names the data only when it is asked for it (`verbose`). */
type SchemaError = FastifySchemaValidationError & { data?: unknown }

/** All that a schema refuses, each with its place, what was expected and what came. For Fastify's `schemaErrorFormatter`. */
export function schemaErrors(errors: SchemaError[], part: string): Error {
  // That no variant fits says less than what each of them wants.
  const plain = errors.filter(({ keyword }) => keyword !== 'anyOf')
  const all = [...new Set((plain.length > 0 ? plain : errors).map((error) => sentence(error, part)))]
  const more = all.length - TOLD
  return new Error(all.slice(0, TOLD).join('; ') + (more > 0 ? `; and ${more} more` : ''))
}

function sentence({ keyword, instancePath, params, message, data }: SchemaError, part: string): string {
  const place = part + instancePath.replaceAll('/', '.')
  const { missingProperty, additionalProperty, allowedValues } = params as Record<string, unknown>
  switch (keyword) {
    case 'required':
      return `${place}.${missingProperty}: expected a value, got none`
    case 'additionalProperties':
      return `${place}: expected only what is described, got ${quoted(additionalProperty)}`
    case 'enum':
      return `${place}: expected one of ${(allowedValues as unknown[]).join(', ')}, got ${quoted(data)}`
    default:
      return `${place}: expected it to ${(message ?? '').replace(/^must /, '').replace(/^NOT/, 'not')}, got ${quoted(data)}`
  }
}

function quoted(data: unknown): string {
  const text = JSON.stringify(data) ?? 'none'
  return text.length > GOT_CHARACTERS ? `${text.slice(0, GOT_CHARACTERS)}…` : text
}
