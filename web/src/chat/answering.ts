// From a stream of chunks to an answer: what each chunk adds, as a function of the answer before it.
import type { CallPiece, Chunk, WireToken } from '../api/wire'
import type { Answer, Token, ToolCall } from './conversation'

/** `elapsed`: milliseconds since the request was sent. */
export function withChunk(answer: Answer, chunk: Chunk, elapsed: number): Answer {
  const choice = chunk.choices?.[0]
  const text = choice?.delta?.content ?? ''
  const reasoning = choice?.delta?.reasoning_content ?? ''
  const tokens = (choice?.logprobs?.content ?? []).map(tokenOf)
  const pieces = choice?.delta?.tool_calls ?? []
  const brought = text !== '' || reasoning !== '' || tokens.length > 0 || pieces.length > 0
  return {
    ...answer,
    text: answer.text + text,
    reasoning: answer.reasoning + reasoning,
    tokens: tokens.length > 0 ? [...answer.tokens, ...tokens] : answer.tokens,
    calls: pieces.length > 0 ? pieces.reduce(withPiece, answer.calls) : answer.calls,
    ...(choice?.finish_reason && { finish: choice.finish_reason }),
    ...(chunk.usage && { usage: chunk.usage }),
    ...(chunk.ashlar && { reported: { ...answer.reported, ...chunk.ashlar } }),
    ...(brought && { firstAfter: answer.firstAfter ?? elapsed, lastAfter: elapsed }),
  }
}

/** A server that gives calls whole may leave the index out. */
function withPiece(calls: ToolCall[], { index, id, function: called }: CallPiece): ToolCall[] {
  const at = Math.min(index ?? calls.length, calls.length)
  const begun = calls[at] ?? { id: id || `call_${at}`, name: '', arguments: '' }
  const grown = {
    ...begun,
    name: begun.name + (called?.name ?? ''),
    arguments: begun.arguments + (called?.arguments ?? ''),
  }
  return calls.toSpliced(at, 1, grown)
}

function tokenOf(wire: WireToken): Token {
  const alternatives = wire.top_logprobs ?? []
  return {
    text: wire.token,
    logprob: wire.logprob,
    alternatives: alternatives.map(({ token, logprob }) => ({ text: token, logprob })),
    // Bytes say more than the text only where that is no whole character.
    ...(wire.bytes && wire.token.includes('\ufffd') && { bytes: wire.bytes }),
  }
}
