// An answer that was asked for with a schema: its JSON, and whether it is what the schema wants.
import { useMemo } from 'preact/hooks'
import type { Answer } from '../chat/conversation'
import { regenerateClosed, unready } from '../chat/session'
import { type Verdict, verdictOf } from '../chat/verdict'
import { JsonBlock } from './json-block'

export function JsonAnswer({ answer, text }: { answer: Answer; text: string }) {
  return text ? <JsonBlock label="JSON" text={text} whole={answer.finish === 'stop'} /> : null
}

const MARKS: Record<Verdict['kind'], string> = { matches: '✓', cut: '…', differs: '✗', unknown: '?' }

/** `last`: nothing was asked after it, so it can be asked for again. */
export function VerdictBadge({ answer, last }: { answer: Answer; last: boolean }) {
  const { schema, state, finish, text } = answer
  const verdict = useMemo(() => verdictOf(answer), [schema, state, finish, text])
  if (!verdict) return null
  return (
    <div class="judged">
      <p class={`verdict ${verdict.kind}`}>
        <span aria-hidden="true">{MARKS[verdict.kind]}</span> {verdict.words}
      </p>
      {last && finish === 'length' && (
        <button type="button" class="quiet" disabled={!!unready.value} onClick={() => void regenerateClosed()}>
          Ask again and close it
        </button>
      )}
    </div>
  )
}
