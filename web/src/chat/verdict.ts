// Whether an answer is what its schema asks for. The server holds the model to the schema while it writes;
// this is a second opinion, by another validator, and says so where it has none.
import { type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema'
import { type Answer, split } from './conversation'
import { hasLongNumber } from './json-text'

export interface Verdict {
  kind: 'matches' | 'cut' | 'differs' | 'unknown'
  words: string
}

const CUTS: Record<string, string> = {
  length: 'Cut off at max tokens',
  content_filter: 'Withheld by a filter',
}

/** Of an answer that has ended and was asked for with a schema; calls have schemas of their own. */
export function verdictOf(answer: Answer): Verdict | undefined {
  const { schema, state, finish, calls } = answer
  if (schema === undefined || calls.length > 0 || state === 'streaming' || state === 'failed') return undefined
  if (state === 'stopped') return { kind: 'cut', words: 'Stopped by you' }
  if (finish !== 'stop') return { kind: 'cut', words: CUTS[finish ?? ''] ?? 'Ended early' }
  return compared(split(answer.text).answer, schema)
}

function compared(text: string, schema: string): Verdict {
  const read = parsed(text)
  if (!read) return { kind: 'differs', words: 'Not JSON' }
  const blind = blindSpot(text, schema)
  if (blind) return { kind: 'unknown', words: `JSON, not checked here: ${blind}` }
  try {
    return judged(read.value, schema)
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { kind: 'unknown', words: `JSON, not checked here: ${said}` }
  }
}

function judged(value: unknown, schema: string): Verdict {
  // A fresh copy: the validator writes into it.
  const asked = JSON.parse(schema) as Schema | boolean
  const { valid, errors } = new Validator(asked as Schema, draftOf(asked)).validate(value)
  const deepest = errors.at(-1)
  if (valid) return { kind: 'matches', words: 'Matches the schema' }
  return { kind: 'differs', words: `Doesn’t match the schema: ${deepest?.error ?? ''} At ${deepest?.instanceLocation ?? '#'}` }
}

/** What the validator here would pass over or round. */
function blindSpot(text: string, schema: string): string | undefined {
  if (/"\$dynamic(Ref|Anchor)"/.test(schema)) return 'the schema has a $dynamicRef.'
  if (/"format"\s*:\s*"(idn-|iri)/.test(schema)) return 'the schema has a format of international names.'
  return hasLongNumber(text) || hasLongNumber(schema) ? 'a number is too long for a browser.' : undefined
}

const DRAFTS: [RegExp, SchemaDraft][] = [
  [/draft-04/, '4'],
  [/draft-0[67]/, '7'],
  [/2019-09/, '2019-09'],
]

function draftOf(schema: Schema | boolean): SchemaDraft {
  const named = typeof schema === 'object' && typeof schema.$schema === 'string' ? schema.$schema : ''
  return DRAFTS.find(([name]) => name.test(named))?.[1] ?? '2020-12'
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
