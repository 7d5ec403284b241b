// What a conversation is: exchanges, each a question with the answers that were drawn for it. Plain
// values; nothing here knows the network, the browser or how it looks.
import type { CallOfMessage, Message, Usage } from '../api/wire'
import { jsonProblem } from './json-text'

export interface Alternative {
  text: string
  logprob: number
}

export interface Token extends Alternative {
  bytes?: number[]
  alternatives: Alternative[]
}

export interface ToolCall {
  id: string
  name: string
  /** JSON; of an answer that was cut off, its beginning. */
  arguments: string
}

export interface ToolResult {
  /** Of the call. */
  id: string
  name: string
  content: string
}

export type AnswerState = 'streaming' | 'done' | 'stopped' | 'failed'

export interface Answer {
  model: string
  state: AnswerState
  text: string
  /** What came apart from the text; reasoning inside <think> is still in the text. */
  reasoning: string
  tokens: Token[]
  calls: ToolCall[]
  /** The JSON Schema that it was asked for with, as it was typed. */
  schema?: string
  /** It was asked for with an end that closes it where max tokens are over. */
  closing?: boolean
  finish?: string
  usage?: Usage
  /** What the server reports beyond the common API, its seed as digits. */
  reported?: Record<string, unknown>
  error?: string
  /** The place in the request that the error is about, where the server names it. */
  errorAt?: string
  /** Milliseconds from sending to the first and the last piece. */
  firstAfter?: number
  lastAfter?: number
}

export interface Exchange {
  /** Empty where results are sent. */
  question: string
  /** Results of the calls in the exchange before: they ask for the next answer as a question does. */
  results?: ToolResult[]
  answers: Answer[]
  /** The answer that is shown and that the model sees in later questions. */
  shown: number
}

export interface Conversation {
  exchanges: Exchange[]
}

export const EMPTY: Conversation = { exchanges: [] }

export function newAnswer(model: string): Answer {
  return { model, state: 'streaming', text: '', reasoning: '', tokens: [], calls: [] }
}

export function shownAnswer(exchange: Exchange): Answer | undefined {
  return exchange.answers[exchange.shown]
}

/** An answer that says nothing and calls nothing: another one takes its place. */
export function isEmpty(answer: Answer): boolean {
  return !hasText(answer) && answer.calls.length === 0
}

/** Whether results can be sent: all calls are whole. */
export function awaitsResults(answer: Answer): boolean {
  const { state, calls } = answer
  return state === 'done' && calls.length > 0 && calls.every((call) => jsonProblem(call.arguments) === undefined)
}

/** The messages before the last exchange's answer. Reasoning is left out, as templates want it. */
export function messagesOf({ exchanges }: Conversation, system: string): Message[] {
  const messages: Message[] = system.trim() ? [{ role: 'system', content: system }] : []
  exchanges.forEach((exchange, index) => {
    const answer = shownAnswer(exchange)
    if (!isRemembered(exchanges, index)) return
    messages.push(...askedBy(exchange))
    if (answer && index < exchanges.length - 1) messages.push(saidBy(answer, isAnswered(exchanges, index)))
  })
  return messages
}

/** An answer as a model is shown it; `withCalls` where their results follow. */
export function saidBy(answer: Answer, withCalls: boolean): Message {
  const text = split(answer.text).answer
  if (!withCalls) return { role: 'assistant', content: text }
  const calls = answer.calls.map(
    ({ id, name, arguments: given }): CallOfMessage => ({ id, type: 'function', function: { name, arguments: given } }),
  )
  return { role: 'assistant', content: text || null, tool_calls: calls }
}

function askedBy({ question, results }: Exchange): Message[] {
  if (!results) return [{ role: 'user', content: question }]
  return results.map(({ id, content }) => ({ role: 'tool', tool_call_id: id, content }))
}

/** An answer without text can't be shown to a model again, nor what it leaves open: the question, or
 * calls without results. */
function isRemembered(exchanges: Exchange[], index: number): boolean {
  const exchange = exchanges[index]
  const answer = exchange && shownAnswer(exchange)
  if (index === exchanges.length - 1) return true
  return answer !== undefined && (hasText(answer) || isAnswered(exchanges, index))
}

/** The calls of an exchange's answer have results that a model can be shown. */
function isAnswered(exchanges: Exchange[], index: number): boolean {
  return exchanges[index + 1]?.results !== undefined && isRemembered(exchanges, index + 1)
}

export function hasText(answer: Answer): boolean {
  return split(answer.text).answer.trim() !== ''
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
