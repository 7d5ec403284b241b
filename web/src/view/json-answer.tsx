// An answer that was asked for with a schema: its JSON, and whether it is what the schema wants.
import { useMemo } from 'preact/hooks'
import type { Answer } from '../chat/conversation'
import { type Verdict, verdictOf } from '../chat/verdict'
import { JsonBlock } from './json-block'

export function JsonAnswer({ answer, text }: { answer: Answer; text: string }) {
  return text ? <JsonBlock label="JSON" text={text} whole={answer.finish === 'stop'} /> : null
}

const MARKS: Record<Verdict['kind'], string> = { matches: '✓', cut: '…', differs: '✗', unknown: '?' }

export function VerdictBadge({ answer }: { answer: Answer }) {
  const { schema, state, finish, text } = answer
  const verdict = useMemo(() => verdictOf(answer), [schema, state, finish, text])
  if (!verdict) return null
  return (
    <p class={`verdict ${verdict.kind}`}>
      <span aria-hidden="true">{MARKS[verdict.kind]}</span> {verdict.words}
    </p>
  )
}
