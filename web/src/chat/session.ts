// The page's state and what changes it: the conversation, the settings, the models on offer, and the
// one answer that may be streaming.
import { batch, computed, effect, signal } from '@preact/signals'
import { ApiError, type ChatRequest, listModels, streamChat } from '../api/client'
import type { ModelEntry } from '../api/wire'
import { withChunk } from './answering'
import {
  type Answer,
  awaitsResults,
  EMPTY,
  type Exchange,
  isEmpty,
  messagesOf,
  newAnswer,
  shownAnswer,
} from './conversation'
import { parametersOf, seedOf, servedId, type Settings } from './settings'
import { loadConversation, loadSettings, saveConversation, saveSettings } from './storage'
import { structureOf, unreadiness } from './structure'

const ALTERNATIVES = 5
/** Tokens behind max tokens that may close an answer in JSON. */
const CLOSING = 256
const SAVE_AFTER_MS = 1000

export const settings = signal<Settings>(loadSettings())
export const conversation = signal(loadConversation())
/** What "New" put away, until something else is asked. */
export const putAway = signal(EMPTY)
/** Whether the conversation survives a reload: a browser's storage may be full or forbidden. */
export const kept = signal(true)
export const models = signal<ModelEntry[]>([])
export const modelsError = signal<ApiError | undefined>(undefined)
/** What can be chosen first; an adapter whose model is not on offer stands for itself. */
export const bases = computed(() => {
  const known = new Set(models.value.map(({ id }) => id))
  return models.value.filter(({ parent }) => !parent || !known.has(parent))
})
export const streaming = computed(() => current()?.state === 'streaming')
/** Why nothing can be asked with the settings as they are. */
export const unready = computed(() => unreadiness(settings.value))
/** What the server had against the last request, until the schema or the tools change. */
export const refusal = signal<ApiError | undefined>(undefined)

let running: AbortController | undefined

export function change(changes: Partial<Settings>): void {
  if ('schema' in changes || 'tools' in changes) refusal.value = undefined
  settings.value = { ...settings.value, ...changes }
}

export function setParameter(name: string, typed: string): void {
  change({ parameters: { ...settings.value.parameters, [name]: typed } })
}

/** Asks what models there are, and chooses one where the chosen one is gone. */
export async function refreshModels(): Promise<void> {
  try {
    const found = await listModels(settings.value.key)
    batch(() => {
      models.value = found
      modelsError.value = undefined
      const { model, adapter } = settings.value
      const base = bases.value.find((entry) => entry.id === model) ?? bases.value[0]
      const kept = found.some((entry) => entry.id === adapter && entry.parent === base?.id)
      change({ model: base?.id ?? '', adapter: kept ? adapter : '' })
    })
  } catch (error) {
    modelsError.value = error instanceof ApiError ? error : new ApiError(String(error))
  }
}

export async function send(question: string): Promise<void> {
  if (streaming.value || unready.value || question.trim() === '') return
  await askNext({ question, answers: [], shown: 0 })
}

/** Goes on after calls: `contents` are their results, one each. */
export async function sendResults(contents: string[]): Promise<void> {
  const answer = current()
  if (unready.value || !answer || !awaitsResults(answer)) return
  const results = answer.calls.map(({ id, name }, index) => ({ id, name, content: contents[index] ?? '' }))
  await askNext({ question: '', results, answers: [], shown: 0 })
}

async function askNext(exchange: Exchange): Promise<void> {
  putAway.value = EMPTY
  conversation.value = { exchanges: [...conversation.value.exchanges, exchange] }
  await answerLast()
}

/** Another answer to the last question; one that failed or brought nothing makes room for it. */
export async function regenerate(further: Fields = {}): Promise<void> {
  if (streaming.value || unready.value || conversation.value.exchanges.length === 0) return
  changeLast((exchange) => ({ ...exchange, answers: exchange.answers.filter((answer) => !isEmpty(answer)) }))
  await answerLast(further)
}

/** The last answer once more from the same seed; where max tokens are over, the server closes its JSON. */
export async function regenerateClosed(): Promise<void> {
  const seed = String(current()?.reported?.['seed'] ?? '')
  await regenerate({ finish: String(CLOSING), ...(/^\d+$/.test(seed) && { seed }) })
}

export function stop(): void {
  running?.abort()
}

export function show(index: number, shown: number): void {
  const exchanges = conversation.value.exchanges.map((exchange, at) =>
    at === index ? { ...exchange, shown } : exchange,
  )
  conversation.value = { exchanges }
}

export function startNew(): void {
  stop()
  running = undefined
  if (streaming.value) changeAnswer((answer) => ({ ...answer, state: 'stopped' }))
  putAway.value = conversation.value
  conversation.value = EMPTY
}

export function bringBack(): void {
  conversation.value = putAway.value
  putAway.value = EMPTY
}

/** Of the API, beyond what the settings say: each as JSON. */
type Fields = Record<string, string>

async function answerLast(further: Fields = {}): Promise<void> {
  const request = requestOf(settings.value, further)
  const { key, schemaOn, schema } = settings.value
  const fresh: Answer = { ...newAnswer(request.model), ...(schemaOn && { schema }), ...(further['finish'] && { closing: true }) }
  refusal.value = undefined
  changeLast((exchange) => ({
    ...exchange,
    answers: [...exchange.answers, fresh],
    shown: exchange.answers.length,
  }))
  const control = new AbortController()
  running = control
  const ending = await drawAnswer(request, fresh, key, control.signal)
  // After "New" the answer belongs to a conversation that was put away.
  if (running !== control) return
  running = undefined
  changeAnswer((answer) => ({ ...answer, ...ending }))
}

function requestOf(chosen: Settings, further: Fields): ChatRequest {
  const seed = seedOf(chosen)
  return {
    model: servedId(chosen),
    messages: messagesOf(conversation.value, chosen.system),
    parameters: parametersOf(chosen),
    alternatives: chosen.alternatives ? ALTERNATIVES : 0,
    exact: { ...structureOf(chosen), ...(seed !== undefined && { seed }), ...further },
  }
}

/** Streams into the last answer, painted once a frame at most; gives how it ended. */
async function drawAnswer(
  request: ChatRequest,
  fresh: Answer,
  key: string,
  abort: AbortSignal,
): Promise<Partial<Answer>> {
  const begun = performance.now()
  let answer = fresh
  let frame = 0
  const paint = () => {
    frame = 0
    if (!abort.aborted) changeAnswer(() => answer)
  }
  try {
    for await (const chunk of streamChat(request, key, abort)) {
      answer = withChunk(answer, chunk, performance.now() - begun)
      frame ||= requestAnimationFrame(paint)
    }
    return { ...answer, state: 'done' }
  } catch (error) {
    if (abort.aborted) return { ...answer, state: 'stopped' }
    return { ...answer, state: 'failed', ...failureOf(error) }
  } finally {
    cancelAnimationFrame(frame)
  }
}

function failureOf(error: unknown): Partial<Answer> {
  if (!(error instanceof ApiError)) return { error: String(error) }
  refusal.value = error
  return { error: error.message, ...(error.place && { errorAt: error.place }) }
}

function current(): Answer | undefined {
  const last = conversation.value.exchanges.at(-1)
  return last && shownAnswer(last)
}

function changeLast(by: (exchange: Exchange) => Exchange): void {
  const exchanges = [...conversation.value.exchanges]
  const last = exchanges.pop()
  if (last) conversation.value = { exchanges: [...exchanges, by(last)] }
}

function changeAnswer(by: (answer: Answer) => Answer): void {
  changeLast((exchange) => ({
    ...exchange,
    answers: exchange.answers.map((answer, at) => (at === exchange.shown ? by(answer) : answer)),
  }))
}

/** Keeps settings at once and the conversation about once a second and when the page goes. */
export function keepState(): void {
  effect(() => saveSettings(settings.value))
  let timer = 0
  const saveNow = () => {
    clearTimeout(timer)
    timer = 0
    kept.value = saveConversation(conversation.value)
  }
  effect(() => {
    void conversation.value
    timer ||= window.setTimeout(saveNow, SAVE_AFTER_MS)
  })
  window.addEventListener('pagehide', saveNow)
}
