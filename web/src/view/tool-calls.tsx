// The calls of an answer and the results of calls, folded; and the fields that take the results.
import { useRef, useState } from 'preact/hooks'
import { type Answer, awaitsResults, type ToolCall, type ToolResult } from '../chat/conversation'
import { sendResults, unready } from '../chat/session'
import { focusMessage, useFitting } from './fields'
import { Block, JsonBlock } from './json-block'

/** `last`: nothing was asked after it, so results can be given. */
export function ToolCalls({ answer, last }: { answer: Answer; last: boolean }) {
  const { calls } = answer
  const [typed, setTyped] = useState<string[]>([])
  const awaited = last && awaitsResults(answer)
  const complete = calls.every((_, index) => typed[index]?.trim()) && !unready.value
  const submit = (event: Event) => {
    event.preventDefault()
    if (!awaited || !complete) return
    void sendResults(typed)
    focusMessage()
  }
  if (calls.length === 0) return null
  return (
    <form aria-label={awaited ? 'Results of the calls' : undefined} onSubmit={submit}>
      <ul class="calls" aria-label="Calls">
        {calls.map((call, index) => (
          <li key={index}>
            <Call call={call} whole={answer.finish === 'tool_calls'} />
            {awaited && (
              <ResultField
                name={call.name}
                text={typed[index] ?? ''}
                set={(text) => setTyped(calls.map((_, at) => (at === index ? text : (typed[at] ?? ''))))}
              />
            )}
          </li>
        ))}
      </ul>
      {awaited && (
        <div class="row">
          <button type="submit" class="main" disabled={!complete}>
            {calls.length > 1 ? 'Send results' : 'Send result'}
          </button>
          <p class="aside">The model sees calls together with their results, or not at all.</p>
        </div>
      )}
    </form>
  )
}

function Call({ call, whole }: { call: ToolCall; whole: boolean }) {
  return (
    <details class="call">
      <summary>
        Call of <code>{call.name}</code> <Preview text={call.arguments} />
      </summary>
      <JsonBlock label={`Arguments of ${call.name}`} text={call.arguments} whole={whole} />
    </details>
  )
}

export function Results({ results }: { results: ToolResult[] }) {
  return (
    <ul class="calls sent" aria-label="Results">
      {results.map(({ name, content }, index) => (
        <li key={index}>
          <details class="call">
            <summary>
              Result of <code>{name}</code> <Preview text={content} />
            </summary>
            <Block label={`Result of ${name}`} text={content} />
          </details>
        </li>
      ))}
    </ul>
  )
}

const PREVIEWED = 120

/** The beginning on one line, while it is folded. */
function Preview({ text }: { text: string }) {
  return <span class="preview">{text.slice(0, PREVIEWED).replace(/\s+/g, ' ')}</span>
}

interface FieldProps {
  name: string
  text: string
  set: (text: string) => void
}

/** Enter sends, Shift+Enter breaks the line, as in the composer. */
function ResultField({ name, text, set }: FieldProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  useFitting(area, text)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    area.current?.form?.requestSubmit()
  }
  return (
    <textarea
      ref={area}
      class="json"
      rows={1}
      spellcheck={false}
      aria-label={`Result of ${name}`}
      placeholder={`What ${name} gave`}
      value={text}
      onInput={(event) => set(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  )
}
