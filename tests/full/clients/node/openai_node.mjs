// openai-node as it comes from npm. Run by tests/full/60_openai_node with the server's address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';
import { zodFunction, zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { greedy, lacking, messages, model, plain, url } from './served.mjs';

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
const chat = (fields = {}) => client.chat.completions.create({ model, messages, ...greedy, ...fields });

test('lists its model', async () => {
  const ids = [];
  for await (const each of client.models.list()) ids.push(each.id);
  assert.deepEqual(ids, [model]);
  assert.equal((await client.models.retrieve(model)).id, model);
  await assert.rejects(client.models.retrieve('other'), OpenAI.NotFoundError);
});

test('a chat', async () => {
  const answer = await chat();
  const wanted = await plain();
  assert.equal(answer.choices[0].message.content, wanted.message.content);
  assert.equal(answer.choices[0].finish_reason, wanted.finish_reason);
  const { usage } = answer;
  assert.equal(usage.prompt_tokens + usage.completion_tokens, usage.total_tokens);
});

test('a stream, gathered by the client and by hand', async () => {
  const wanted = await plain();
  const helper = client.chat.completions.stream({ model, messages, ...greedy });
  assert.equal((await helper.finalChatCompletion()).choices[0].message.content, wanted.message.content);
  let text = '', pieces = 0, reason = null, usage = null;
  for await (const chunk of await chat({ stream: true, stream_options: { include_usage: true } })) {
    usage = chunk.usage ?? usage;
    for (const choice of chunk.choices) {
      text += choice.delta.content ?? '';
      pieces += 1;
      reason = choice.finish_reason ?? reason;
    }
  }
  assert.equal(text, wanted.message.content);
  assert.equal(reason, wanted.finish_reason);
  assert.ok(pieces > 5);
  assert.ok(usage.completion_tokens > 0);
});

test('a stream that is left ends for the server too', async () => {
  const running = async () => {
    const page = await (await fetch(`${url}/metrics`)).text();
    return Number(/^ashlar_sequences_running\S* (\S+)$/m.exec(page)[1]);
  };
  const stream = await chat({ stream: true, max_tokens: 4000, logit_bias: { 2: -100 } });
  for await (const chunk of stream) {
    if (!chunk.choices[0].delta.content) continue;
    assert.equal(await running(), 1);
    break;
  }
  const deadline = Date.now() + 10_000;
  while ((await running()) > 0 && Date.now() < deadline) await pause(20);
  assert.equal(await running(), 0);
});

test('log-probabilities', async () => {
  const answer = await chat({ logprobs: true, top_logprobs: 3 });
  const { content } = answer.choices[0].logprobs;
  const spelled = Buffer.concat(content.map((token) => Buffer.from(token.bytes))).toString();
  assert.ok(spelled.startsWith(answer.choices[0].message.content));
  for (const token of content) {
    assert.equal(token.top_logprobs.length, 3);
    assert.equal(token.logprob, token.top_logprobs[0].logprob); // greedy
  }
});

test('completions', async () => {
  const answer = await client.completions.create({ model, prompt: ['The sky is', 'One, two,'], ...greedy });
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
  let text = '';
  const stream = await client.completions.create({ model, prompt: 'The sky is', ...greedy, stream: true });
  for await (const chunk of stream) text += chunk.choices[0].text;
  assert.equal(text, answer.choices[0].text);
});

const City = z.object({
  name: z.string().max(12),
  size: z.enum(['small', 'large']),
  rivers: z.array(z.string().max(8)).max(2),
});

test('Zod: what is parsed is of the schema', async () => {
  const fields = { model, messages, temperature: 1, seed: 5, max_tokens: 200 };
  const answer = await client.chat.completions.parse({ ...fields, response_format: zodResponseFormat(City, 'city') });
  City.parse(answer.choices[0].message.parsed);
  const stream = client.chat.completions.stream({ ...fields, response_format: zodResponseFormat(City, 'city') });
  assert.deepEqual((await stream.finalChatCompletion()).choices[0].message.parsed, answer.choices[0].message.parsed);
  const response = await client.responses.parse({ model, input: messages[0].content, temperature: 1,
    max_output_tokens: 200, text: { format: zodTextFormat(City, 'city') } });
  City.parse(response.output_parsed);
});

test('Zod: a function is called with what it takes, and its result goes back', async () => {
  const seen = [];
  const tool = zodFunction({
    name: 'look_up', description: 'Looks a city up', parameters: z.object({ city: z.string().max(12) }),
    function: (parsed) => { seen.push(parsed); return `${parsed.city} is large`; },
  });
  const fields = { model, messages, temperature: 0, max_tokens: 120 };
  const answer = await client.chat.completions.parse({ ...fields, tools: [tool], tool_choice: 'required' });
  for (const call of answer.choices[0].message.tool_calls) {
    assert.equal(call.function.name, 'look_up');
    assert.equal(typeof call.function.parsed_arguments.city, 'string');
  }
  const runner = client.chat.completions.runTools(
    { ...fields, tools: [tool], tool_choice: { type: 'function', function: { name: 'look_up' } } },
    { maxChatCompletions: 2 });
  await runner.done();
  assert.ok(seen.length > 0);
  assert.ok(runner.messages.some((message) => message.role === 'tool' && message.content.endsWith('is large')));
});

test('errors are the client’s own', async () => {
  await assert.rejects(chat({ temperature: -1 }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.param, 'temperature');
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.requestID, /^req_/);
    return true;
  });
  const long = [{ role: 'user', content: 'word '.repeat(20_000) }];
  await assert.rejects(chat({ messages: long, stream: true }), { code: 'context_length_exceeded' });
  await assert.rejects(chat({ model: 'other' }), OpenAI.NotFoundError);
});

test('responses', { skip: lacking('/v1/responses') }, async () => {
  const fields = { model, input: messages[0].content, temperature: 0, max_output_tokens: 24 };
  const wanted = (await plain()).message.content;
  const whole = await client.responses.create(fields);
  assert.equal(whole.output_text, wanted);
  assert.ok(['completed', 'incomplete'].includes(whole.status));
  let text = '', last = null;
  for await (const event of await client.responses.create({ ...fields, stream: true })) {
    if (event.type === 'response.output_text.delta') text += event.delta;
    last = event;
  }
  assert.equal(text, wanted);
  assert.match(last.type, /^response\.(completed|incomplete)$/);
  assert.equal((await client.responses.retrieve(whole.id)).output_text, wanted);
  const next = await client.responses.create({ ...fields, input: 'And of Italy?', previous_response_id: whole.id });
  const turns = [...messages, { role: 'assistant', content: wanted }, { role: 'user', content: 'And of Italy?' }];
  assert.equal(next.output_text, (await plain({ messages: turns })).message.content);
  await assert.rejects(client.responses.create({ ...fields, temperature: -1 }), OpenAI.BadRequestError);
});

test('batches', { skip: lacking('/v1/batches') }, async () => {
  const questions = ['What is the capital of France?', 'Name a colour.'];
  const lines = questions.map((content, index) => JSON.stringify({
    custom_id: `q${index}`, method: 'POST', url: '/v1/chat/completions',
    body: { model, messages: [{ role: 'user', content }], ...greedy },
  }));
  const file = await client.files.create({ file: await toFile(Buffer.from(`${lines.join('\n')}\n`), 'in.jsonl'),
    purpose: 'batch' });
  let batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions',
    completion_window: '24h' });
  const before = Date.now();
  while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status) && Date.now() - before < 120_000) {
    await pause(100);
    batch = await client.batches.retrieve(batch.id);
  }
  assert.equal(batch.status, 'completed');
  assert.equal(batch.request_counts.completed, questions.length);
  const out = (await (await client.files.content(batch.output_file_id)).text()).trim().split('\n').map(JSON.parse);
  const answers = new Map(out.map((line) => [line.custom_id, line.response.body.choices[0].message.content]));
  for (const [index, content] of questions.entries()) {
    const wanted = await plain({ messages: [{ role: 'user', content }] });
    assert.equal(answers.get(`q${index}`), wanted.message.content);
  }
});
