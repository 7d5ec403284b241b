// The page's schema mode, and calls of tools: typed, answered, kept.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  answered,
  answers,
  ANSWERED_MS,
  ask,
  askAndWait,
  assertAccessible,
  assertEventually,
  assertNotWide,
  button,
  lastAsked,
  onPage,
  open,
  PHONE,
  picture,
} from './page_driver.mjs'

const CITY = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 20 }, size: { type: 'number' }, tags: { type: 'array', maxItems: 0 } },
  required: ['name', 'size'],
  additionalProperties: false,
}
const WEATHER = {
  name: 'weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 12 } },
    required: ['city'],
    additionalProperties: false,
  },
}
const TOOLS = JSON.stringify([{ type: 'function', function: WEATHER }])

const schemaField = (page) => page.getByRole('textbox', { name: 'JSON Schema' })
const toolsField = (page) => page.getByRole('textbox', { name: 'Tools' })
const problem = (page) => page.locator('.problem')
const verdict = (page) => page.locator('.verdict').last()

async function holdToSchema(page, schema) {
  await page.getByLabel('Hold answers to a schema').check()
  await schemaField(page).fill(schema)
}

async function offerTools(page, tools) {
  await page.getByLabel('Offer tools').check()
  await toolsField(page).fill(tools)
}

const fold = (page, name) => page.locator('.call', { hasText: name })

export function structureScripted() {
  onPage('a schema is checked while it is typed, and sent as it is', {}, async (page) => {
    await page.getByLabel('Hold answers to a schema').check()
    assert.match(await problem(page).textContent(), /wanted/)
    await page.getByRole('textbox', { name: 'Message' }).fill('city')
    assert.ok(await button(page, 'Send').isDisabled())
    assert.match(await page.locator('.unready').textContent(), /JSON Schema/)
    await schemaField(page).fill('{"type": ')
    assert.match(await problem(page).textContent(), /^Not JSON: /)
    assert.equal(await schemaField(page).getAttribute('aria-invalid'), 'true')
    await schemaField(page).fill('{"maximum": 18446744073709551615}')
    assert.equal(await problem(page).count(), 0)
    await askAndWait(page, 'city')
    const { body, text } = await lastAsked()
    assert.deepEqual([body.response_format.type, body.response_format.json_schema.strict], ['json_schema', true])
    assert.match(text, /"schema":\{"maximum": 18446744073709551615\}/)
    assert.match(await verdict(page).innerText(), /JSON, not checked here: a number is too long/)
    await page.getByLabel('Hold answers to a schema').uncheck()
    await askAndWait(page, 'plain')
    assert.ok(!('response_format' in (await lastAsked()).body))
    assert.equal(await page.locator('.verdict').count(), 1)
  })

  onPage('an answer in JSON says whether it is what the schema asks for', {}, async (page) => {
    await holdToSchema(page, JSON.stringify(CITY))
    await askAndWait(page, 'city')
    const shown = page.getByRole('group', { name: 'JSON', exact: true })
    assert.equal(await shown.textContent(), '{\n  "name": "Bern",\n  "size": 134000.50,\n  "tags": []\n}')
    assert.match(await verdict(page).innerText(), /Matches the schema/)
    await assertAccessible(page)
    await askAndWait(page, 'wrong')
    assert.match(await verdict(page).innerText(), /Doesn’t match the schema: /)
    await page.getByLabel('Max tokens').fill('8')
    await askAndWait(page, 'city')
    assert.match(await verdict(page).innerText(), /Cut off at max tokens/)
    await picture(page, 'cut')
    await button(page, 'Ask again and close it').click()
    await page.getByText('2 of 2').waitFor()
    await answered(page)
    const { body, text } = await lastAsked()
    assert.equal(body.finish, 256)
    assert.match(text, /"seed":18446744073709551557[,}]/)
    assert.match(await verdict(page).innerText(), /Matches the schema/)
    assert.match(await page.locator('.figures').last().innerText(), /to be closed at max tokens/)
    assert.equal(await button(page, 'Ask again and close it').count(), 0)
    await button(page, 'Earlier answer').click()
    await page.reload()
    const words = await page.locator('.verdict').allInnerTexts()
    assert.deepEqual(words.map((said) => /Matches|Doesn’t match|Cut off/.exec(said)?.[0]), ['Matches', 'Doesn’t match', 'Cut off'])
    assert.deepEqual(JSON.parse(await schemaField(page).inputValue()), CITY)
  })

  onPage('what the server refuses stands beside the field, with its place', {}, async (page) => {
    await holdToSchema(page, '{"properties": {"a": {"type": 5}}}')
    await askAndWait(page, 'badschema')
    assert.equal(await problem(page).textContent(), 'type is not a type; mend the schema (at properties.a.type)')
    assert.match(await page.locator('.failure').innerText(), /mend the schema[^]*response_format\.json_schema\.schema\.properties\.a\.type/)
    await assertAccessible(page)
    await schemaField(page).fill('{}')
    assert.equal(await problem(page).count(), 0)
    await page.getByLabel('Hold answers to a schema').uncheck()
    await offerTools(page, '{}')
    assert.match(await problem(page).textContent(), /list/)
    await toolsField(page).fill('[{"name": "a b"}]')
    await askAndWait(page, 'badtools')
    assert.match(await problem(page).textContent(), /can't be named 'a b' \(at tools\[0\]\.function\.name\)/)
  })

  onPage('calls are folded, their results are sent, kept and exported', {}, async (page) => {
    await offerTools(page, TOOLS)
    await page.getByLabel('Tool choice').selectOption('required')
    await askAndWait(page, 'calls')
    await button(page, 'Regenerate').click()
    await page.getByText('2 of 2').waitFor()
    await answered(page)
    const { body } = await lastAsked()
    assert.deepEqual([body.tools, body.tool_choice], [JSON.parse(TOOLS), 'required'])
    assert.equal(await page.locator('.answer > .markdown').innerText(), 'Let me look.')
    assert.equal(await page.locator('.call').count(), 2)
    assert.equal(await page.locator('.call[open]').count(), 0)
    await fold(page, 'weather').locator('summary').press('Enter')
    const given = page.getByRole('group', { name: 'Arguments of weather' })
    assert.equal(await given.textContent(), '{\n  "city": "Bern",\n  "days": 12345678901234567890\n}')

    assert.ok(await button(page, 'Send results').isDisabled())
    await page.getByRole('textbox', { name: 'Result of weather' }).fill('plain: 3 °C')
    await page.getByRole('textbox', { name: 'Result of weather' }).press('Shift+Enter')
    await page.keyboard.type('and dry')
    await page.keyboard.press('Enter')
    assert.equal(await answers(page).count(), 1)
    await page.getByRole('textbox', { name: 'Result of clock' }).fill('noon')
    await picture(page, 'calls')
    await assertAccessible(page)
    await page.keyboard.press('Enter')
    await assertEventually(async () => (await answers(page).count()) === 2)
    await answered(page)
    assert.equal(await page.evaluate('document.activeElement.id'), 'message')
    // The answer that the results belong to stays the one that is shown.
    assert.ok(await button(page, 'Earlier answer').isDisabled())
    await picture(page, 'results')
    const [asked, said, ...results] = (await lastAsked()).body.messages
    assert.deepEqual([asked.role, said.role, said.content], ['user', 'assistant', 'Let me look.'])
    assert.deepEqual(said.tool_calls.map(({ id, type }) => [id, type]), [['weather-1', 'function'], ['clock-1', 'function']])
    assert.equal(said.tool_calls[0].function.arguments, '{"city":"Bern","days":12345678901234567890}')
    assert.deepEqual(results, [
      { role: 'tool', tool_call_id: 'weather-1', content: 'plain: 3 °C\nand dry' },
      { role: 'tool', tool_call_id: 'clock-1', content: 'noon' },
    ])

    await page.reload()
    assert.equal(await page.locator('.call').count(), 4)
    assert.equal(await page.getByRole('textbox', { name: /^Result of/ }).count(), 0)
    assert.equal(await toolsField(page).inputValue(), TOOLS)
    assert.equal(await page.getByLabel('Tool choice').inputValue(), 'required')
    await page.locator('.sent summary').first().click()
    assert.match(await page.locator('.sent pre').first().textContent(), /3 °C\nand dry/)
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'JSON').click()])
    const whole = JSON.parse(readFileSync(await file.path(), 'utf8'))
    assert.deepEqual(whole.messages.map(({ role }) => role), ['user', 'assistant', 'tool', 'tool', 'assistant'])
    assert.equal(whole.exchanges[1].results[1].content, 'noon')
    await askAndWait(page, 'plain')
    assert.equal((await lastAsked()).body.messages.length, 6)
  })

  onPage('arguments appear as they come, in a fold that stays open', {}, async (page) => {
    await offerTools(page, TOOLS)
    await ask(page, 'slowcall')
    await page.locator('.preview').getByText('Bern Bern').waitFor()
    await page.locator('.call summary').click()
    const given = page.getByRole('group', { name: 'Arguments of weather' })
    assert.match(await given.textContent(), /^\{\n  "city": "(Bern )+$/)
    assert.equal(await page.getByRole('textbox', { name: /^Result of/ }).count(), 0)
    await answered(page)
    assert.match(await given.textContent(), /^\{\n  "city": "(Bern ){80}"\n\}$/)
    assert.ok(await given.isVisible())
    assert.ok(await button(page, 'Send result').isVisible())
  })

  onPage('calls without results are left out; of a cut call none are asked', {}, async (page) => {
    await offerTools(page, TOOLS)
    await askAndWait(page, 'cut')
    assert.equal(await page.locator('.call').count(), 1)
    assert.equal(await page.getByRole('textbox', { name: /^Result of/ }).count(), 0)
    await askAndWait(page, 'calls')
    await page.getByRole('textbox', { name: 'Result of clock' }).waitFor()
    await button(page, 'Regenerate').click()
    await page.getByText('2 of 2').waitFor()
    await askAndWait(page, 'plain')
    assert.equal(await page.getByRole('textbox', { name: /^Result of/ }).count(), 0)
    assert.deepEqual(
      (await lastAsked()).body.messages,
      [{ role: 'user', content: 'calls' }, { role: 'assistant', content: 'Let me look.' }, { role: 'user', content: 'plain' }],
    )
  })

  onPage('a conversation that an earlier page kept is still there', {}, async (page) => {
    const answer = { model: 'stone-1b', state: 'done', text: 'Stone.', reasoning: '', tokens: [['Stone.', -0.5, []]] }
    const kept = JSON.stringify({ exchanges: [{ question: 'q', answers: [answer], shown: 0 }] })
    // Not at once: the page that goes keeps its own conversation.
    await page.context().addInitScript((kept) => localStorage.setItem('ashlar.conversation', kept), kept)
    await page.reload()
    assert.equal(await page.locator('.answer > .markdown').innerText(), 'Stone.')
    await askAndWait(page, 'plain')
    assert.equal((await lastAsked()).body.messages.length, 3)
  })

  for (const theme of ['light', 'dark'])
    onPage(`JSON and calls, ${theme}`, { colorScheme: theme }, async (page) => {
      await holdToSchema(page, JSON.stringify(CITY, undefined, 2))
      await askAndWait(page, 'city')
      await askAndWait(page, 'wrong')
      await schemaField(page).fill('{"type":')
      await problem(page).scrollIntoViewIfNeeded()
      await picture(page, `schema-${theme}`)
      await assertAccessible(page)
      await page.getByLabel('Hold answers to a schema').uncheck()
      await offerTools(page, JSON.stringify(JSON.parse(TOOLS), undefined, 2))
      await askAndWait(page, 'calls')
      await fold(page, 'weather').locator('summary').click()
      await page.getByRole('textbox', { name: 'Result of weather' }).fill('3 °C')
      await picture(page, `calls-${theme}`)
      await assertAccessible(page)
    })

  onPage('JSON and calls on a phone', PHONE, async (page) => {
    await open(page)
    await holdToSchema(page, JSON.stringify(CITY, undefined, 2))
    await offerTools(page, TOOLS)
    await schemaField(page).scrollIntoViewIfNeeded()
    await picture(page, 'phone-structure-settings')
    await assertAccessible(page)
    await assertNotWide(page)
    await page.keyboard.press('Escape')
    await askAndWait(page, 'city')
    await askAndWait(page, 'calls')
    await fold(page, 'weather').locator('summary').tap()
    await page.getByRole('textbox', { name: 'Result of weather' }).fill('3 °C, and a wind that is strong enough to turn every umbrella')
    await page.getByRole('textbox', { name: 'Result of clock' }).fill('noon')
    await assertNotWide(page)
    await picture(page, 'phone-calls')
    await assertAccessible(page)
    await button(page, 'Send results').tap()
    await assertEventually(async () => (await answers(page).count()) === 3)
    await answered(page)
    await assertNotWide(page)
    await picture(page, 'phone-results')
  })
}

export function structureReal() {
  onPage('ashlar holds an answer to a schema', {}, async (page) => {
    await page.getByLabel('Temperature').fill('0')
    await page.getByLabel('Max tokens').fill('80')
    await holdToSchema(page, '{"properties": {"a": {"type": 5}}}')
    await askAndWait(page, 'Name a city.')
    assert.match(await problem(page).textContent(), /type .*\(at properties\.a\.type\)/)
    await schemaField(page).fill(JSON.stringify(CITY))
    await button(page, 'Try again').click()
    await page.locator('.verdict').waitFor({ timeout: ANSWERED_MS })
    assert.match(await verdict(page).innerText(), /Matches the schema/)
    const said = JSON.parse(await page.getByRole('group', { name: 'JSON', exact: true }).textContent())
    assert.deepEqual([typeof said.name, typeof said.size], ['string', 'number'])
    await picture(page, 'real-schema')
    await assertAccessible(page)
    await page.getByLabel('Max tokens').fill('3')
    await askAndWait(page, 'Name another.')
    assert.match(await verdict(page).innerText(), /Cut off at max tokens/)
    const last = page.getByRole('group', { name: 'JSON', exact: true }).last()
    const begun = await last.textContent()
    await button(page, 'Ask again and close it').click()
    await page.getByText('2 of 2').waitFor({ timeout: ANSWERED_MS })
    await answered(page)
    assert.match(await verdict(page).innerText(), /Matches the schema/)
    assert.ok((await last.textContent()).startsWith(begun))
  })

  onPage('ashlar calls a tool, and goes on with its result', {}, async (page) => {
    await page.getByLabel('Temperature').fill('0')
    await page.getByLabel('Max tokens').fill('80')
    await offerTools(page, TOOLS)
    await page.getByLabel('Tool choice').selectOption('required')
    await ask(page, 'What is the weather in Paris?')
    await page.locator('.call').first().waitFor({ timeout: ANSWERED_MS })
    assert.equal(await page.locator('.call[open]').count(), 0)
    await answered(page)
    const fields = page.getByRole('textbox', { name: 'Result of weather' })
    const calls = await page.locator('.call').count()
    assert.equal(await fields.count(), calls)
    for (const given of await page.locator('.call pre').all()) {
      const { city } = JSON.parse(await given.textContent())
      assert.ok(city.length <= 12)
    }
    for (const field of await fields.all()) await field.fill('Sunny, 21 degrees')
    await picture(page, 'real-calls')
    await assertAccessible(page)
    await page.getByLabel('Tool choice').selectOption('none')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Send results?$/ }).click()
    await assertEventually(async () => (await answers(page).count()) === 2)
    await answered(page)
    const words = await answers(page).last().locator('.markdown').innerText()
    assert.match(words, /\w/)
    await page.reload()
    assert.equal(await page.locator('.call').count(), 2 * calls)
    assert.equal(await answers(page).last().locator('.markdown').innerText(), words)
    await page.getByLabel('Offer tools').uncheck()
    await askAndWait(page, 'Thank you. And in London?')
    assert.match(await answers(page).last().locator('.markdown').innerText(), /\w/)
  })
}
