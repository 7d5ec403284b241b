// A question, the shown one of its answers, and what can be done with it.
import { type Exchange, shownAnswer, split } from '../chat/conversation'
import { regenerate, show, streaming, unready } from '../chat/session'
import { AnswerView } from './answer'
import { useCopied } from './copied'
import { Results } from './tool-calls'

interface Props {
  exchange: Exchange
  index: number
  last: boolean
  /** The next exchange has the results of the calls in this one. */
  answered: boolean
}

export function ExchangeView({ exchange, index, last, answered }: Props) {
  const answer = shownAnswer(exchange)
  const idle = !streaming.value
  return (
    <li class="exchange">
      <h2 class="hidden">
        {exchange.results ? 'Results' : 'Question'} {index + 1}
      </h2>
      {exchange.results ? <Results results={exchange.results} /> : <div class="question">{exchange.question}</div>}
      {answer && <AnswerView key={exchange.shown} answer={answer} last={last} />}
      {answer && answer.state !== 'streaming' && (
        <div class="actions">
          {exchange.answers.length > 1 && <Versions exchange={exchange} index={index} idle={idle && !answered} />}
          {last && (
            <button type="button" class="quiet again" disabled={!idle || !!unready.value} onClick={() => void regenerate()}>
              {answer.state === 'failed' ? 'Try again' : 'Regenerate'}
            </button>
          )}
          {answer.text && <Copy text={split(answer.text).answer} />}
        </div>
      )}
    </li>
  )
}

function Versions({ exchange, index, idle }: { exchange: Exchange; index: number; idle: boolean }) {
  const { shown, answers } = exchange
  return (
    <span class="versions" role="group" aria-label="Answers to this question">
      <button
        type="button"
        class="quiet"
        aria-label="Earlier answer"
        disabled={!idle || shown === 0}
        onClick={() => show(index, shown - 1)}
      >
        ‹
      </button>
      <span>
        {shown + 1} of {answers.length}
      </span>
      <button
        type="button"
        class="quiet"
        aria-label="Later answer"
        disabled={!idle || shown === answers.length - 1}
        onClick={() => show(index, shown + 1)}
      >
        ›
      </button>
    </span>
  )
}

function Copy({ text }: { text: string }) {
  const [copied, copy] = useCopied()
  return (
    <button type="button" class="quiet" onClick={() => copy(text)}>
      {copied ? 'Copied' : 'Copy'}
    </button>
  )
}
