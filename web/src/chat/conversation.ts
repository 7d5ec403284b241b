// What a conversation is: exchanges, each a question with the answers that were drawn for it. Plain
// values; nothing here knows the network, the browser or how it looks.
import type { Message, Usage } from '../api/wire'

export interface Alternative {
  text: string
  logprob: number
}

export interface Token extends Alternative {
  bytes?: number[]
  alternatives: Alternative[]
}

export type AnswerState = 'streaming' | 'done' | 'stopped' | 'failed'

export interface Answer {
  model: string
  state: AnswerState
  text: string
  /** What came apart from the text; reasoning inside <think> is still in the text. */
  reasoning: string
  tokens: Token[]
  finish?: string
  usage?: Usage
  /** What the server reports beyond the common API, its seed as digits. */
  reported?: Record<string, unknown>
  error?: string
  /** Milliseconds from sending to the first and the last piece. */
  firstAfter?: number
  lastAfter?: number
}

export interface Exchange {
  question: string
  answers: Answer[]
  /** The answer that is shown and that the model sees in later questions. */
  shown: number
}

export interface Conversation {
  exchanges: Exchange[]
}

export const EMPTY: Conversation = { exchanges: [] }

export function newAnswer(model: string): Answer {
  return { model, state: 'streaming', text: '', reasoning: '', tokens: [] }
}

export function shownAnswer(exchange: Exchange): Answer | undefined {
  return exchange.answers[exchange.shown]
}

/** An answer without text can't be shown to a model again, nor the question that it left open. */
export function isForgotten(answer: Answer | undefined): boolean {
  return !answer || split(answer.text).answer.trim() === ''
}

/** The messages before the last exchange's answer. Reasoning is left out, as templates want it. */
export function messagesOf(conversation: Conversation, system: string): Message[] {
  const last = conversation.exchanges.length - 1
  const messages: Message[] = system.trim() ? [{ role: 'system', content: system }] : []
  conversation.exchanges.forEach((exchange, index) => {
    const answer = shownAnswer(exchange)
    if (index === last) {
      messages.push({ role: 'user', content: exchange.question })
    } else if (answer && !isForgotten(answer)) {
      messages.push({ role: 'user', content: exchange.question })
      messages.push({ role: 'assistant', content: split(answer.text).answer })
    }
  })
  return messages
}

export interface Split {
  reasoning: string
  answer: string
  /** The reasoning has not ended yet. */
  open: boolean
}

/** Takes <think>…</think> out of a text, where it begins a line; an end without a beginning, on a line
 * of its own, ends reasoning that the template began. */
export function split(text: string): Split {
  let rest = text
  const reasoning: string[] = []
  const end = /^[ \t]*<\/think>/m.exec(rest)
  if (end && !rest.slice(0, end.index).includes('<think>')) rest = `<think>${rest}`
  for (;;) {
    const begin = /(^|\n)[ \t]*<think>/.exec(rest)
    if (!begin) break
    const before = rest.slice(0, begin.index) + begin[1]
    const inside = rest.slice(begin.index + begin[0].length)
    const end = inside.indexOf('</think>')
    reasoning.push((end < 0 ? inside : inside.slice(0, end)).trim())
    rest = end < 0 ? before : before + inside.slice(end + '</think>'.length)
    if (end < 0) return { reasoning: reasoning.join('\n\n'), answer: rest.trim(), open: true }
  }
  return { reasoning: reasoning.join('\n\n'), answer: rest.trimStart(), open: false }
}

/** Tokens a second after the first one; undefined where too few came to say. */
export function tokenRate(answer: Answer): number | undefined {
  const { firstAfter, lastAfter } = answer
  const count = tokenCount(answer)
  if (firstAfter === undefined || lastAfter === undefined || count === undefined) return undefined
  return count > 1 && lastAfter > firstAfter ? ((count - 1) * 1000) / (lastAfter - firstAfter) : undefined
}

/** As the server counts, or the tokens that came where it had no time to say. */
export function tokenCount(answer: Answer): number | undefined {
  return answer.usage?.completion_tokens ?? (answer.tokens.length > 0 ? answer.tokens.length : undefined)
}
