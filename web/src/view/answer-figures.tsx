// What an answer cost, how fast it came, and what it takes to draw it again.
import type { ComponentChildren } from 'preact'
import { type Answer, tokenCount, tokenRate } from '../chat/conversation'
import { setParameter, settings } from '../chat/session'
import { count, inWords, perplexity, rate, seconds } from './figures'

export function AnswerFigures({ answer }: { answer: Answer }) {
  const facts = factsOf(answer)
  if (facts.length === 0 && !answer.reported) return null
  return (
    <div class="figures">
      <ul aria-label="Figures of the answer">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {answer.reported && <Reported reported={answer.reported} />}
    </div>
  )
}

const FINISHES: Record<string, string> = {
  length: 'cut at max tokens',
  content_filter: 'withheld by a filter',
  tool_calls: 'ended with a tool call',
}

function factsOf(answer: Answer): string[] {
  const { usage, tokens, finish } = answer
  const drawn = tokenCount(answer)
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0
  const speed = tokenRate(answer)
  const facts = [
    usage && `${count(usage.prompt_tokens, 'token')} read${cached ? `, ${cached.toLocaleString('en')} cached` : ''}`,
    drawn !== undefined && `${count(drawn, 'token')} written`,
    answer.firstAfter !== undefined && `first after ${seconds(answer.firstAfter)}`,
    speed !== undefined && rate(speed),
    tokens.length > 0 && `perplexity ${perplexity(tokens.map(({ logprob }) => logprob)).toFixed(2)}`,
    answer.state === 'stopped' && 'stopped by you',
    finish && FINISHES[finish],
    answer.closing && 'to be closed at max tokens',
  ]
  return facts.filter((fact) => typeof fact === 'string')
}

function Reported({ reported }: { reported: Record<string, unknown> }) {
  const { seed, ...others } = reported
  return (
    <details class="reported">
      <summary>Details</summary>
      <dl>
        {seed !== undefined && (
          <Fact name="seed">
            {String(seed)} <UseSeed seed={String(seed)} />
          </Fact>
        )}
        {Object.entries(others)
          .map(([name, value]) => [name, inWords(value)] as const)
          .filter(([, said]) => said !== '')
          .map(([name, said]) => (
            <Fact key={name} name={name.replaceAll('_', ' ')}>
              {said}
            </Fact>
          ))}
      </dl>
    </details>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The same seed, prompt and parameters draw the same answer again. */
function UseSeed({ seed }: { seed: string }) {
  const used = settings.value.parameters['seed'] === seed
  return (
    <button type="button" class="quiet" disabled={used} onClick={() => setParameter('seed', seed)}>
      {used ? 'In use' : 'Use this seed'}
    </button>
  )
}
