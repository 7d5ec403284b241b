// A conversation as a file: JSON with everything that is known of it, Markdown for reading.
import {
  type Answer,
  type Conversation,
  type Exchange,
  isEmpty,
  messagesOf,
  saidBy,
  shownAnswer,
  split,
  type ToolCall,
  type ToolResult,
} from './conversation'
import { indented } from './json-text'
import { parametersOf, seedOf, servedId, type Settings } from './settings'
import { structureOf, unreadiness } from './structure'

/** `messages` is the shown conversation as the API takes it; `exchanges` holds every answer's details. */
export function asJson(conversation: Conversation, settings: Settings, now: Date): string {
  const last = conversation.exchanges.at(-1)
  const answer = last && shownAnswer(last)
  const end = answer && !isEmpty(answer) ? [saidBy(answer, answer.calls.length > 0)] : []
  const whole = {
    exported: now.toISOString(),
    model: servedId(settings),
    parameters: { ...parametersOf(settings), ...(seedOf(settings) && { seed: seedOf(settings) }), ...asked(settings) },
    messages: [...messagesOf(conversation, settings.system), ...end],
    exchanges: conversation.exchanges,
  }
  return `${JSON.stringify(whole, undefined, 2)}\n`
}

function asked(settings: Settings): Record<string, unknown> {
  if (unreadiness(settings)) return {}
  return Object.fromEntries(Object.entries(structureOf(settings)).map(([name, json]) => [name, JSON.parse(json)]))
}

export function asMarkdown(conversation: Conversation, settings: Settings, now: Date): string {
  const head = `# Conversation of ${now.toISOString().slice(0, 10)}\n`
  const system = settings.system.trim() ? `## System\n\n${settings.system.trim()}\n` : ''
  return [head, system, ...conversation.exchanges.map(exchangeAsMarkdown)].filter(Boolean).join('\n')
}

function exchangeAsMarkdown(exchange: Exchange): string {
  const answer = shownAnswer(exchange)
  const question = exchange.results
    ? `## Results\n\n${exchange.results.map(resultAsMarkdown).join('\n\n')}\n`
    : `## Question\n\n${exchange.question.trim()}\n`
  return answer ? `${question}\n## Answer (${answer.model})\n\n${answerAsMarkdown(answer)}` : question
}

function answerAsMarkdown(answer: Answer): string {
  const { reasoning, answer: text } = split(answer.text)
  const thought = [answer.reasoning, reasoning].filter(Boolean).join('\n\n').trim()
  const quoted = thought && `> ${thought.replaceAll('\n', '\n> ')}`
  const said = answer.schema !== undefined && text ? fenced(indented(text), 'json') : text.trim()
  const failure = answer.error && `*Failed: ${answer.error}*`
  return `${[quoted, said, ...answer.calls.map(callAsMarkdown), failure].filter(Boolean).join('\n\n')}\n`
}

function callAsMarkdown(call: ToolCall): string {
  return `Call of \`${call.name}\`:\n\n${fenced(indented(call.arguments), 'json')}`
}

function resultAsMarkdown({ name, content }: ToolResult): string {
  return `Of \`${name}\`:\n\n${fenced(content, '')}`
}

/** A code block whose fence is longer than any inside. */
function fenced(text: string, language: string): string {
  const inside = text.match(/`{3,}/g) ?? []
  const fence = '`'.repeat(Math.max(2, ...inside.map(({ length }) => length)) + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

/** Hands a text to the browser as a download. */
export function download(name: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
