// The AI SDK's OpenAI-compatible provider as it comes from npm. Run by tests/full/63_ai_sdk with the
// server's address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, streamText } from 'ai';
import { greedy, messages, model, plain, url } from './served.mjs';

const ashlar = createOpenAICompatible({ name: 'ashlar', baseURL: `${url}/v1`, includeUsage: true });
const settings = {
  model: ashlar(model), prompt: messages[0].content, temperature: 0, maxOutputTokens: greedy.max_tokens,
  maxRetries: 0,
};

test('a chat', async () => {
  const wanted = await plain();
  const answer = await generateText(settings);
  assert.equal(answer.text, wanted.message.content);
  assert.equal(answer.finishReason, wanted.finish_reason);
  assert.ok(answer.usage.inputTokens > 0 && answer.usage.outputTokens > 0);
});

test('a stream', async () => {
  const wanted = await plain();
  const stream = streamText(settings);
  const pieces = [];
  for await (const piece of stream.textStream) pieces.push(piece);
  assert.equal(pieces.join(''), wanted.message.content);
  assert.ok(pieces.length > 5);
  assert.equal(await stream.finishReason, wanted.finish_reason);
  assert.ok((await stream.usage).outputTokens > 0);
});

test('errors are the client’s own', async () => {
  await assert.rejects(generateText({ ...settings, temperature: -1 }), (error) => {
    assert.ok(APICallError.isInstance(error));
    assert.equal(error.statusCode, 400);
    assert.equal(error.data.error.param, 'temperature');
    return true;
  });
  let seen = null;
  const stream = streamText({ ...settings, model: ashlar('other'), onError: ({ error }) => (seen = error) });
  await stream.consumeStream({ onError: () => {} });
  assert.ok(APICallError.isInstance(seen));
  assert.equal(seen.statusCode, 404);
});

test('a completion', async () => {
  const answer = await generateText({ ...settings, model: ashlar.completionModel(model), prompt: 'The sky is' });
  assert.ok(answer.text.length > 0);
});
