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

export interface Message {
  role: 'system' | 'user' | 'assistant'
  content: string
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
}
