// One answer: reasoning folded, the text as Markdown or as tokens, an error in words, and its figures.
import { useMemo } from 'preact/hooks'
import { type Answer, isEmpty, split } from '../chat/conversation'
import { settings } from '../chat/session'
import { AnswerFigures } from './answer-figures'
import { JsonAnswer, VerdictBadge } from './json-answer'
import { MarkdownText } from './markdown-text'
import { TokenText } from './token-text'
import { ToolCalls } from './tool-calls'

/** `last`: nothing was asked after it. */
export function AnswerView({ answer, last }: { answer: Answer; last: boolean }) {
  const busy = answer.state === 'streaming'
  const asTokens = settings.value.tokenView && answer.tokens.length > 0
  return (
    <article class="answer" aria-label="Answer" aria-busy={busy}>
      {asTokens ? <TokenText tokens={answer.tokens} /> : <Prose answer={answer} />}
      <ToolCalls answer={answer} last={last} />
      <VerdictBadge answer={answer} last={last} />
      {busy && <p class="writing">{answer.firstAfter === undefined ? 'Reading the prompt' : 'Writing'}</p>}
      {answer.error && <Failure answer={answer} message={answer.error} />}
      {!busy && <AnswerFigures answer={answer} />}
    </article>
  )
}

/** Beside calls, a schema says nothing about the text. */
function isJson({ schema, calls }: Answer): boolean {
  return schema !== undefined && calls.length === 0
}

function Prose({ answer }: { answer: Answer }) {
  const parts = useMemo(() => split(answer.text), [answer.text])
  const reasoning = [answer.reasoning.trim(), parts.reasoning].filter(Boolean).join('\n\n')
  const open = answer.state === 'streaming' && (parts.open || parts.answer === '')
  return (
    <>
      {reasoning && (
        <details class="reasoning">
          <summary>{open ? 'Reasoning …' : 'Reasoning'}</summary>
          <MarkdownText text={reasoning} />
        </details>
      )}
      {isJson(answer) ? <JsonAnswer answer={answer} text={parts.answer} /> : <MarkdownText text={parts.answer} />}
    </>
  )
}

function Failure({ answer, message }: { answer: Answer; message: string }) {
  return (
    <div class="failure" role="alert">
      <p>{message}</p>
      {answer.errorAt && (
        <p class="aside">
          At <code>{answer.errorAt}</code>
        </p>
      )}
      {isEmpty(answer) && <p class="aside">The model doesn’t see this in what you ask next.</p>}
    </div>
  )
}
