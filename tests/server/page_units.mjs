// The page's plain functions, from their sources: Node reads TypeScript by leaving its types out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventData } from '../../web/src/api/sse.ts'
import { withChunk } from '../../web/src/chat/answering.ts'
import { awaitsResults, isEmpty, messagesOf, newAnswer, split, tokenRate } from '../../web/src/chat/conversation.ts'
import { asJson, asMarkdown } from '../../web/src/chat/export.ts'
import { hasLongNumber, indented, jsonProblem } from '../../web/src/chat/json-text.ts'
import { DEFAULTS, parametersOf, seedOf, servedId, stopStrings } from '../../web/src/chat/settings.ts'
import { schemaProblem, structureOf, toolsProblem, unreadiness } from '../../web/src/chat/structure.ts'
import { verdictOf } from '../../web/src/chat/verdict.ts'
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
})

const call = (id, given = '{}') => ({ id, name: 'look', arguments: given })
const calling = (question, text, ...calls) => ({
  question,
  answers: [{ ...newAnswer('m'), state: 'done', text, calls }],
  shown: 0,
})
const results = (content, text, ...calls) => ({ ...calling('', text, ...calls), results: [{ id: 'a', name: 'look', content }] })
const shown = (...exchanges) =>
  messagesOf({ exchanges }, '').map(({ role, content, tool_calls, tool_call_id }) =>
    [role, content, ...(tool_calls ?? []).map(({ id }) => id), tool_call_id].filter((part) => part !== undefined),
  )

test('calls are shown to the model with their results, or not at all', () => {
  const asked = calling('q', '', call('a'))
  assert.deepEqual(shown(asked, results('r', 'ignored')), [['user', 'q'], ['assistant', null, 'a'], ['tool', 'r', 'a']])
  assert.deepEqual(
    shown(asked, results('r', '', call('b')), results('s', 'done'), calling('next', '')),
    [['user', 'q'], ['assistant', null, 'a'], ['tool', 'r', 'a'], ['assistant', null, 'b'], ['tool', 's', 'a'], ['assistant', 'done'], ['user', 'next']],
  )
  // Without results, and with results that brought no answer.
  assert.deepEqual(shown(asked, calling('next', '')), [['user', 'next']])
  assert.deepEqual(shown(asked, results('r', ''), calling('next', '')), [['user', 'next']])
  assert.deepEqual(shown(calling('q', 'Hm.', call('a')), calling('next', '')), [['user', 'q'], ['assistant', 'Hm.'], ['user', 'next']])
  const [, said] = messagesOf({ exchanges: [calling('q', '', call('a', '{"n":1}')), results('r', '')] }, '')
  assert.deepEqual(said.tool_calls, [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{"n":1}' } }])
})

test('which calls can be answered', () => {
  const answer = (state, ...calls) => ({ ...newAnswer('m'), state, calls })
  assert.ok(awaitsResults(answer('done', call('a'), call('b'))))
  assert.ok(!awaitsResults(answer('done', call('a'), call('b', '{"n":'))))
  assert.ok(!awaitsResults(answer('stopped', call('a'))))
  assert.ok(!awaitsResults(answer('done')))
  assert.deepEqual([isEmpty(answer('done')), isEmpty(answer('done', call('a')))], [true, false])
})

test('calls grow by pieces, whatever index a server gives', () => {
  const grown = (...pieces) =>
    pieces.reduce((answer, tool_calls) => withChunk(answer, { choices: [{ delta: { tool_calls } }] }, 1), newAnswer('m')).calls
  const begin = { index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: '' } }
  assert.deepEqual(
    grown([begin], [{ index: 0, function: { arguments: '{"n"' } }], [{ index: 0, function: { arguments: ':1}' } }, { ...begin, index: 1, id: 'b' }]),
    [call('a', '{"n":1}'), call('b', '')],
  )
  assert.deepEqual(grown([{ id: null, function: { name: 'look', arguments: '{}' } }], [{ ...begin, index: 1e9 }]), [call('call_0'), call('a', '')])
  assert.deepEqual(grown([{}], null), [{ id: 'call_0', name: '', arguments: '' }])
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

test('JSON is laid out as it is written, cut off anywhere', () => {
  const text = '{"a": [1.50,12345678901234567890, {}],\n"b":"x{,\\"]", "c":[ ],"d":{"e":null}}'
  const laid = indented(text)
  assert.equal(laid, `{
  "a": [
    1.50,
    12345678901234567890,
    {}
  ],
  "b": "x{,\\"]",
  "c": [],
  "d": {
    "e": null
  }
}`)
  assert.equal(indented(laid), laid)
  const bare = (json) => json.replace(/\s/g, '')
  for (let end = 0; end <= text.length; end++) assert.equal(bare(indented(text.slice(0, end))), bare(text.slice(0, end)))
  assert.equal(indented('"text"'), '"text"')
  assert.ok(indented('['.repeat(5000)).length < 500_000)
  assert.equal(jsonProblem('{"a":1}'), undefined)
  assert.match(jsonProblem('{"a":}'), /JSON/)
  assert.deepEqual(['-1.5e99', '1234567890123456', '0.0000000000000001', '"1234567890123456"'].map(hasLongNumber), [false, true, false, false])
})

test('a schema and tools as the API takes them', () => {
  const on = { ...DEFAULTS, schemaOn: true, schema: '{"maximum":18446744073709551615}', toolsOn: true, tools: '[{"name":"look"}]' }
  assert.deepEqual(structureOf(on), {
    response_format: '{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"maximum":18446744073709551615}}}',
    tools: '[{"name":"look"}]',
    tool_choice: '"auto"',
  })
  assert.deepEqual(structureOf({ ...on, schemaOn: false, toolsOn: false }), {})
  assert.equal(unreadiness(on), undefined)
  for (const schema of ['', ' ', '{', '5', '[]']) assert.ok(schemaProblem({ ...on, schema }), schema)
  for (const tools of ['', '[', '{}', '[]']) assert.ok(toolsProblem({ ...on, tools }), tools)
  assert.equal(schemaProblem({ ...on, schema: ' true' }), undefined)
  assert.equal(unreadiness({ ...on, schemaOn: false, schema: '{', toolsOn: false, tools: '' }), undefined)
  assert.match(unreadiness({ ...on, tools: '' }), /tools/)
})

test('whether an answer is what its schema asks for', () => {
  const verdict = (text, schema, more) => {
    const answer = { ...newAnswer('m'), state: 'done', finish: 'stop', text, ...more }
    return verdictOf(schema === undefined ? answer : { ...answer, schema: JSON.stringify(schema) })
  }
  const city = { type: 'object', properties: { people: { type: 'integer' } }, required: ['people'], additionalProperties: false }
  assert.equal(verdict('{"people":3}', city).kind, 'matches')
  assert.equal(verdict('{"people":3}', undefined), undefined)
  assert.equal(verdict('', city, { state: 'failed' }), undefined)
  assert.equal(verdict('', city, { finish: 'tool_calls', calls: [call('a')] }), undefined)
  assert.equal(verdict('{"people":3}', city, { state: 'streaming' }), undefined)
  assert.match(verdict('{"people":3.5}', city).words, /Doesn’t match .*At #\/people/)
  assert.equal(verdict('{"people":3', city).words, 'Not JSON')
  assert.equal(verdict('{"people":3}', city, { finish: 'length' }).words, 'Cut off at max tokens')
  assert.equal(verdict('{"people":3}', city, { state: 'stopped' }).kind, 'cut')
  assert.equal(verdict('1', true).kind, 'matches')
  assert.equal(verdict('1', false).kind, 'differs')
  // As each draft means it: in draft 7 what stands beside a reference is passed over.
  const beside = { $ref: '#/$defs/any', type: 'string', $defs: { any: true } }
  assert.equal(verdict('1', { $schema: 'http://json-schema.org/draft-07/schema#', ...beside }).kind, 'matches')
  assert.equal(verdict('1', beside).kind, 'differs')
  // What can't be judged here is not called valid.
  for (const schema of [{ $dynamicRef: '#a' }, { format: 'iri' }, { $ref: '#/nowhere' }, { minimum: 12345678901234567 }, { pattern: '(' }])
    assert.equal(verdict('"12"', schema).kind, 'unknown', JSON.stringify(schema))
  assert.equal(verdict('12345678901234567', {}).kind, 'unknown')
  const answer = { ...newAnswer('m'), state: 'done', finish: 'stop', text: '{}', schema: '{"properties":{}}' }
  assert.deepEqual([verdictOf(answer), verdictOf(answer)].map(({ kind }) => kind), ['matches', 'matches'])
})

test('calls and results in what is exported', () => {
  const exchanges = [calling('q', 'Hm.', call('a', '{"n":1}')), results('it says ``` there', '', call('b'))]
  const settings = { ...DEFAULTS, toolsOn: true, tools: '[{"name":"look"}]' }
  const json = JSON.parse(asJson({ exchanges }, settings, new Date(0)))
  assert.deepEqual(json.messages.map(({ role }) => role), ['user', 'assistant', 'tool', 'assistant'])
  assert.equal(json.messages[3].tool_calls[0].id, 'b')
  assert.deepEqual(json.parameters, { tools: [{ name: 'look' }], tool_choice: 'auto' })
  assert.deepEqual(json.exchanges, JSON.parse(JSON.stringify(exchanges)))
  const markdown = asMarkdown({ exchanges }, settings, new Date(0))
  assert.match(markdown, /Hm\.\n\nCall of `look`:\n\n```json\n\{\n  "n": 1\n\}\n```\n\n## Results\n\nOf `look`:\n\n````\nit says ``` there\n````\n/)
  assert.deepEqual(JSON.parse(asJson({ exchanges: [] }, { ...settings, tools: '[' }, new Date(0))).parameters, {})
})
