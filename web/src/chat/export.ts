// A conversation as a file: JSON with everything that is known of it, Markdown for reading.
import { type Answer, type Conversation, type Exchange, messagesOf, shownAnswer, split } from './conversation'
import { parametersOf, seedOf, servedId, type Settings } from './settings'

/** `messages` is the shown conversation as the API takes it; `exchanges` holds every answer's details. */
export function asJson(conversation: Conversation, settings: Settings, now: Date): string {
  const last = conversation.exchanges.at(-1)
  const answer = last && shownAnswer(last)
  const end = answer?.text ? [{ role: 'assistant', content: split(answer.text).answer }] : []
  const whole = {
    exported: now.toISOString(),
    model: servedId(settings),
    parameters: { ...parametersOf(settings), ...(seedOf(settings) && { seed: seedOf(settings) }) },
    messages: [...messagesOf(conversation, settings.system), ...end],
    exchanges: conversation.exchanges,
  }
  return `${JSON.stringify(whole, undefined, 2)}\n`
}

export function asMarkdown(conversation: Conversation, settings: Settings, now: Date): string {
  const head = `# Conversation of ${now.toISOString().slice(0, 10)}\n`
  const system = settings.system.trim() ? `## System\n\n${settings.system.trim()}\n` : ''
  return [head, system, ...conversation.exchanges.map(exchangeAsMarkdown)].filter(Boolean).join('\n')
}

function exchangeAsMarkdown(exchange: Exchange): string {
  const answer = shownAnswer(exchange)
  const question = `## Question\n\n${exchange.question.trim()}\n`
  return answer ? `${question}\n## Answer (${answer.model})\n\n${answerAsMarkdown(answer)}` : question
}

function answerAsMarkdown(answer: Answer): string {
  const { reasoning, answer: text } = split(answer.text)
  const thought = [answer.reasoning, reasoning].filter(Boolean).join('\n\n').trim()
  const quoted = thought && `> ${thought.replaceAll('\n', '\n> ')}`
  const failure = answer.error && `*Failed: ${answer.error}*`
  return `${[quoted, text.trim(), failure].filter(Boolean).join('\n\n')}\n`
}

/** Hands a text to the browser as a download. */
export function download(name: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
