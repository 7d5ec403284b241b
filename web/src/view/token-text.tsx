// An answer as its tokens, shaded by probability; the one under the pointer or the focus shows what else
// the model would have written there. One stop of the Tab key: arrows move inside.
import { useRef, useState } from 'preact/hooks'
import type { Alternative, Token } from '../chat/conversation'
import { logprobText, percent, shade } from './figures'

/** Distances from the frame's edges; above the token where there is no room below. */
interface Place {
  index: number
  left: string
  top: string
  bottom: string
}

export function TokenText({ tokens }: { tokens: Token[] }) {
  const frame = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const [place, setPlace] = useState<Place>()

  const showAt = (target: EventTarget | null) => {
    const token = (target as HTMLElement | null)?.closest<HTMLElement>('.token')
    if (token && frame.current) setPlace(placeOf(token, frame.current))
  }
  const showFocused = () => {
    setPlace(undefined)
    if (frame.current?.contains(document.activeElement)) showAt(document.activeElement)
  }
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const next = Math.max(0, Math.min(tokens.length - 1, step(at, tokens.length)))
    frame.current?.querySelectorAll<HTMLElement>('.token')[next]?.focus()
  }
  const focusOn = (event: FocusEvent) => {
    showAt(event.target)
    setAt(Number((event.target as HTMLElement).dataset['index'] ?? 0))
  }
  const shown = place && tokens[place.index]
  return (
    <div class="tokens" ref={frame} onMouseLeave={showFocused}>
      <div
        role="listbox"
        aria-label={`Tokens of the answer, ${tokens.length}`}
        aria-orientation="horizontal"
        onMouseOver={(event) => showAt(event.target)}
        onFocusIn={focusOn}
        onFocusOut={() => setPlace(undefined)}
        onKeyDown={move}
      >
        {tokens.map((token, index) => (
          <TokenSpan key={index} token={token} index={index} current={index === at} shown={index === place?.index} />
        ))}
      </div>
      {place && shown && <Alternatives token={shown} place={place} />}
    </div>
  )
}

const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at + 10,
  ArrowUp: (at) => at - 10,
  Home: () => 0,
  End: (_, count) => count - 1,
}

function placeOf(token: HTMLElement, frame: HTMLElement): Place {
  const inside = frame.getBoundingClientRect()
  const rect = token.getClientRects()[0] ?? inside
  const left = Math.max(0, Math.min(rect.left - inside.left, inside.width - POPOVER.width))
  const above = innerHeight - rect.bottom < POPOVER.room && rect.top > POPOVER.room
  return {
    index: Number(token.dataset['index']),
    left: `${left}px`,
    top: above ? 'auto' : `${rect.bottom - inside.top + 4}px`,
    bottom: above ? `${inside.bottom - rect.top + 4}px` : 'auto',
  }
}

/** Pixels; its room is its height and what is fixed at the page's edges. */
const POPOVER = { width: 256, room: 290 }

interface SpanProps {
  token: Token
  index: number
  current: boolean
  shown: boolean
}

function TokenSpan({ token, index, current, shown }: SpanProps) {
  return (
    <span
      class={`token ${shade(token.logprob)}`}
      role="option"
      aria-selected={current}
      aria-describedby={shown ? 'alternatives' : undefined}
      data-index={index}
      tabIndex={current ? 0 : -1}
    >
      {visible(token.text)}
    </span>
  )
}

/** A line break is shown, and breaks the line. */
function visible(text: string): string {
  return text.replaceAll('\n', '↵\n')
}

function Alternatives({ token, place }: { token: Token; place: Place }) {
  const { left, top, bottom } = place
  const drawn: Alternative = { text: token.text, logprob: token.logprob }
  const among = token.alternatives.some(({ text }) => text === token.text)
  const rows = among ? token.alternatives : [...token.alternatives, drawn]
  return (
    <div id="alternatives" class="popover" role="tooltip" style={{ left, top, bottom }}>
      <table>
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">Probability</th>
            <th scope="col">Logprob</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ text, logprob }, index) => (
            <tr key={index} class={text === token.text ? 'drawn' : ''}>
              <td>
                <code>{quoted(text)}</code>
              </td>
              <td>
                <meter min={0} max={1} value={Math.exp(logprob)} aria-hidden="true" />
                <span class="figure">{percent(logprob)}</span>
              </td>
              <td>{logprobText(logprob)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {token.bytes && <p>Bytes {token.bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}</p>}
    </div>
  )
}

function quoted(text: string): string {
  return text.replaceAll('\n', '↵').replaceAll('\t', '⇥').replaceAll(' ', '␣') || '(empty)'
}
