// The page's plain functions, from their sources: Node reads TypeScript by leaving its types out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventData } from '../../web/src/api/sse.ts'
import { withChunk } from '../../web/src/chat/answering.ts'
import { isForgotten, messagesOf, newAnswer, split, tokenRate } from '../../web/src/chat/conversation.ts'
import { DEFAULTS, parametersOf, seedOf, servedId, stopStrings } from '../../web/src/chat/settings.ts'
import { inWords, modelName, percent, perplexity, seconds, shade } from '../../web/src/view/figures.ts'

/** The events of a body that comes in pieces of `size` bytes. */
async function events(text, size) {
  const bytes = new TextEncoder().encode(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
  return Array.fromAsync(eventData(ReadableStream.from(pieces)))
}

test('events, however the bytes are cut', async () => {
  const text = ': comment\n\ndata: {"a":"é"}\n\nevent: x\r\ndata:two\r\ndata: lines\r\n\r\ndata: [DONE]\n\ndata: half'
  for (let size = 1; size <= text.length; size++)
    assert.deepEqual(await events(text, size), ['{"a":"é"}', 'two\nlines', '[DONE]'], `pieces of ${size}`)
})

test('who stops reading ends the stream', async () => {
  let cancelled = false
  const endless = new ReadableStream({
    pull: (control) => control.enqueue(new TextEncoder().encode('data: x\n\n')),
    cancel: () => (cancelled = true),
  })
  for await (const data of eventData(endless)) if (data === 'x') break
  assert.ok(cancelled)
})

test('reasoning inside a text', () => {
  assert.deepEqual(split('Stone.'), { reasoning: '', answer: 'Stone.', open: false })
  assert.deepEqual(split('<think>\na\n</think>\n\nb'), { reasoning: 'a', answer: 'b', open: false })
  assert.deepEqual(split('<think>a'), { reasoning: 'a', answer: '', open: true })
  assert.deepEqual(split('a < b\n</think>\nb'), { reasoning: 'a < b', answer: 'b', open: false })
  assert.deepEqual(split('<think>a</think>b\n<think>c</think>d'), { reasoning: 'a\n\nc', answer: 'b\nd', open: false })
  assert.equal(split('It ends with `</think>`.').reasoning, '')
  assert.equal(split('Write `<think>` to think.').reasoning, '')
})

const exchange = (question, text) => ({ question, answers: [{ ...newAnswer('m'), text }], shown: 0 })

test('what the model is shown', () => {
  const exchanges = [exchange('one', '<think>x</think>1'), exchange('failed', ''), exchange('two', 'ignored')]
  assert.deepEqual(
    messagesOf({ exchanges }, 'Be brief.').map(({ role, content }) => `${role} ${content}`),
    ['system Be brief.', 'user one', 'assistant 1', 'user two'],
  )
  assert.deepEqual(messagesOf({ exchanges: [] }, ' '), [])
  assert.ok(isForgotten(undefined))
})

test('an answer grows by chunks', () => {
  const logprobs = { content: [{ token: '\ufffd', bytes: [226], logprob: -1, top_logprobs: [{ token: 'a', logprob: -2 }] }] }
  let answer = withChunk(newAnswer('m'), { choices: [{ delta: { role: 'assistant', content: '' } }] }, 5)
  assert.equal(answer.firstAfter, undefined)
  answer = withChunk(answer, { choices: [{ delta: { reasoning_content: 'r' } }] }, 10)
  answer = withChunk(answer, { choices: [{ delta: { content: 'a' }, logprobs }] }, 60)
  answer = withChunk(answer, { choices: [{ delta: {}, finish_reason: 'stop' }] }, 70)
  answer = withChunk(answer, { choices: [], usage: { prompt_tokens: 3, completion_tokens: 11 }, ashlar: { seed: '7' } }, 80)
  assert.deepEqual([answer.text, answer.reasoning, answer.finish, answer.firstAfter, answer.lastAfter], ['a', 'r', 'stop', 10, 60])
  assert.deepEqual(answer.tokens, [{ text: '\ufffd', logprob: -1, alternatives: [{ text: 'a', logprob: -2 }], bytes: [226] }])
  assert.equal(answer.reported.seed, '7')
  assert.equal(tokenRate(answer), 200)
  assert.equal(tokenRate(newAnswer('m')), undefined)
})

test('settings as the API takes them', () => {
  const parameters = { temperature: '0', top_p: '', seed: '007', stop: 'END\n\n\\n\\t\\\\' }
  const settings = { ...DEFAULTS, model: 'm', parameters }
  assert.deepEqual(parametersOf(settings), { temperature: 0, stop: ['END', '\n\t\\'] })
  assert.equal(seedOf(settings), '7')
  assert.equal(seedOf(DEFAULTS), undefined)
  assert.deepEqual(stopStrings(''), [])
  assert.equal(servedId(settings), 'm')
  assert.equal(servedId({ ...settings, adapter: 'a' }), 'a')
})

test('figures', () => {
  assert.deepEqual([percent(0), percent(Math.log(0.5)), percent(-20)], ['100.0 %', '50.0 %', '< 0.1 %'])
  assert.deepEqual([seconds(12.4), seconds(1234)], ['12 ms', '1.23 s'])
  assert.deepEqual([0.95, 0.7, 0.5, 0.2, 0.05, 0.001].map(Math.log).map(shade), [0, 1, 2, 3, 4, 5].map((n) => `shade-${n}`))
  assert.equal(perplexity([Math.log(0.5), Math.log(0.125)]).toFixed(6), '4.000000')
  assert.deepEqual([modelName('/a/b.gguf'), modelName('org/name')], ['b.gguf', 'org/name'])
  assert.equal(inWords({ top_k: 0, names: ['a', 'b'], none: null }), 'top_k 0, names a, b')
  assert.deepEqual([inWords([]), inWords({}), inWords(null)], ['', '', ''])
})
