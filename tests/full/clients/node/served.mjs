// What the tests of Node's clients share: the server's address, which the script is given, what it
// serves, and what it says to a request that no client made.
import assert from 'node:assert/strict';

export const url = process.argv[2];
export const model = 'smol';
export const messages = [{ role: 'user', content: 'What is the capital of France?' }];
export const greedy = { temperature: 0, max_tokens: 24 };

const { paths } = await (await fetch(`${url}/openapi.json`)).json();

// For a test's options: why it is skipped, or false.
export const lacking = (path) => (path in paths ? false : `${path} is not served`);

export async function plain(fields = {}) {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, messages, ...greedy, ...fields }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).choices[0];
}
