// What the server's API says, as far as the page reads it. Every field may be missing: other servers
// that speak the same API leave some out.

export interface ModelEntry {
  id: string
  /** Of an adapter: the model that it belongs to. */
  parent?: string | null
}

export interface ModelList {
  data: ModelEntry[]
}

export type Message =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: CallOfMessage[] }
  | { role: 'tool'; tool_call_id: string; content: string }

export interface CallOfMessage {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

/** A piece of a call: the first one names it, the others bring more of its arguments. */
export interface CallPiece {
  index?: number
  id?: string | null
  function?: { name?: string | null; arguments?: string | null } | null
}

export interface WireAlternative {
  token: string
  logprob: number
}

export interface WireToken extends WireAlternative {
  bytes?: number[] | null
  top_logprobs?: WireAlternative[]
}

export interface Usage {
  prompt_tokens: number
  completion_tokens: number
  prompt_tokens_details?: { cached_tokens?: number } | null
}

export interface Delta {
  content?: string | null
  reasoning_content?: string | null
  tool_calls?: CallPiece[] | null
}

export interface Chunk {
  choices?: {
    delta?: Delta
    logprobs?: { content?: WireToken[] | null } | null
    finish_reason?: string | null
  }[]
  usage?: Usage | null
  /** What the server did with the request beyond the common API: the seed that it drew, and more. */
  ashlar?: Record<string, unknown> | null
  error?: WireError
}

export interface WireError {
  message?: string
  /** The place in the request. */
  param?: string | null
}
