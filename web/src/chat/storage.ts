// Conversation and settings in localStorage, so that they survive a reload. Nothing leaves the browser.
import { type Alternative, type Answer, type Conversation, EMPTY, type Token, type ToolCall } from './conversation'
import { DEFAULTS, type Settings } from './settings'

const CONVERSATION = 'ashlar.conversation'
const SETTINGS = 'ashlar.settings'

// Tokens are most of what is kept: arrays instead of objects hold a third of the bytes.
type PackedToken = [string, number, [string, number][], number[]?]
// An earlier page kept no calls.
type PackedAnswer = Omit<Answer, 'tokens' | 'calls'> & { tokens: PackedToken[]; calls?: ToolCall[] }

export function loadSettings(): Settings {
  return { ...DEFAULTS, ...(read(SETTINGS) as Partial<Settings> | undefined) }
}

export function saveSettings(settings: Settings): void {
  write(SETTINGS, JSON.stringify(settings))
}

export function loadConversation(): Conversation {
  const stored = read(CONVERSATION) as Conversation | undefined
  if (!stored?.exchanges) return EMPTY
  return {
    exchanges: stored.exchanges.map((exchange) => ({
      ...exchange,
      answers: (exchange.answers as unknown as PackedAnswer[]).map(unpackAnswer),
    })),
  }
}

/** Keeps what fits: tokens of the oldest exchanges go first, as their text is worth more. False where
 * not even the text fits. */
export function saveConversation(conversation: Conversation): boolean {
  const count = conversation.exchanges.length
  for (let bare = 0; bare < count; bare = Math.max(2 * bare, bare + 1)) {
    if (write(CONVERSATION, packed(conversation, bare))) return true
  }
  return write(CONVERSATION, packed(conversation, count))
}

function packed({ exchanges }: Conversation, bare: number): string {
  return JSON.stringify({
    exchanges: exchanges.map((exchange, index) => ({
      ...exchange,
      answers: exchange.answers.map((answer) => ({
        ...answer,
        tokens: index < bare ? [] : answer.tokens.map(packToken),
      })),
    })),
  })
}

function packToken({ text, logprob, alternatives, bytes }: Token): PackedToken {
  const pairs = alternatives.map(({ text, logprob }): [string, number] => [text, rounded(logprob)])
  return bytes ? [text, rounded(logprob), pairs, bytes] : [text, rounded(logprob), pairs]
}

function rounded(logprob: number): number {
  return Math.round(logprob * 1e4) / 1e4
}

function unpackAnswer(answer: PackedAnswer): Answer {
  const tokens = answer.tokens.map(([text, logprob, pairs, bytes]): Token => {
    const alternatives = pairs.map(([text, logprob]): Alternative => ({ text, logprob }))
    return { text, logprob, alternatives, ...(bytes && { bytes }) }
  })
  // A reload ends an answer as the Stop button does.
  return { ...answer, tokens, calls: answer.calls ?? [], state: answer.state === 'streaming' ? 'stopped' : answer.state }
}

// Storage may be full, forbidden or spoilt by another hand; the page works without.
function read(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

function write(name: string, text: string): boolean {
  try {
    localStorage.setItem(name, text)
    return true
  } catch {
    return false
  }
}
