// The two endpoints that the page calls. Errors come as ApiError, in words for the reader.
import { eventData } from './sse'
import type { Chunk, Message, ModelEntry, ModelList, WireError } from './wire'

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status?: number,
    /** The place in the request that the server names. */
    readonly place?: string,
  ) {
    super(message)
  }
}

export interface ChatRequest {
  model: string
  messages: Message[]
  /** Numbers and lists by their names in the API; what is not set is the server's to choose. */
  parameters: Record<string, unknown>
  /** Further fields, each as JSON that is sent as it stands: a seed has 64 bits, more than a JavaScript
   * number holds, and so may the numbers of a schema. */
  exact: Record<string, string>
  alternatives: number
}

export async function listModels(key: string): Promise<ModelEntry[]> {
  const response = await call('/v1/models', key, {})
  return ((await response.json()) as ModelList).data
}

/** The chunks of an answer; ends by itself after [DONE], throws an ApiError where the stream does not. */
export async function* streamChat(
  request: ChatRequest,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const init = { method: 'POST', body: bodyOf(request), signal }
  const response = await call('/v1/chat/completions', key, init)
  if (!response.body) throw new ApiError('The server sent an empty answer.')
  try {
    for await (const data of eventData(response.body)) {
      if (data === '[DONE]') return
      const chunk = JSON.parse(data) as Chunk
      if (chunk.error) throw new ApiError(inWords(chunk.error) ?? 'The server broke off with an error.')
      yield withExactSeed(chunk, data)
    }
  } catch (error) {
    throw signal.aborted || error instanceof ApiError ? error : brokenOff()
  }
  throw brokenOff()
}

function bodyOf({ model, messages, parameters, exact, alternatives }: ChatRequest): string {
  const logprobs = alternatives > 0 ? { logprobs: true, top_logprobs: alternatives } : {}
  const stream = { stream: true, stream_options: { include_usage: true } }
  const text = JSON.stringify({ model, messages, ...parameters, ...logprobs, ...stream })
  const further = Object.entries(exact).map(([name, json]) => `,"${name}":${json}`)
  return `${text.slice(0, -1)}${further.join('')}}`
}

/** JSON.parse rounds a seed beyond 2^53, and a rounded seed reproduces nothing. */
function withExactSeed(chunk: Chunk, data: string): Chunk {
  if (!chunk.ashlar || !('seed' in chunk.ashlar)) return chunk
  const digits = /"seed"\s*:\s*(\d+)/.exec(data.slice(data.lastIndexOf('"ashlar"')))?.[1]
  return digits ? { ...chunk, ashlar: { ...chunk.ashlar, seed: digits } } : chunk
}

async function call(path: string, key: string, init: RequestInit): Promise<Response> {
  const headers: Record<string, string> = {}
  if (init.body) headers['Content-Type'] = 'application/json'
  if (key) headers['Authorization'] = `Bearer ${key}`
  let response: Response
  try {
    response = await fetch(path, { ...init, headers })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ApiError('The server can’t be reached. Is it still running?')
  }
  if (!response.ok) throw await errorOf(response)
  return response
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { error?: WireError | string }
  const said = inWords(body.error) ?? `The server answered with status ${response.status}.`
  const place = typeof body.error === 'object' ? body.error.param : undefined
  return new ApiError(said, response.status, place ?? undefined)
}

function inWords(error: WireError | string | undefined): string | undefined {
  return typeof error === 'string' ? error : error?.message
}

function brokenOff(): ApiError {
  return new ApiError('The connection broke off before the answer was complete.')
}
