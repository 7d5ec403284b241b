// The page in Chromium: page_test.mjs scripted|real ADDRESS FOLDER.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  address,
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
  log,
  onPage,
  open,
  PHONE,
  picture,
  what,
} from './page_driver.mjs'
import { structureReal, structureScripted } from './page_structure.mjs'

function scripted() {
  onPage('an answer streams in, with its figures', {}, async (page) => {
    await askAndWait(page, 'rich: what is ashlar?')
    assert.equal(await page.locator('.answer h4').textContent(), 'How it is laid')
    assert.equal(await page.locator('.answer li strong').textContent(), 'squared')
    const figures = await page.locator('.figures').innerText()
    assert.match(figures, /1,234 tokens read, 1,024 cached/)
    assert.match(figures, /\d+ tokens written/)
    assert.match(figures, /first after \d+ ms/)
    assert.match(figures, /tokens\/s/)
    assert.match(await page.locator('.reasoning').textContent(), /What does the reader want/)
    assert.equal(await page.locator('.reasoning').getAttribute('open'), null)
    const { body } = await lastAsked()
    assert.equal(body.model, 'stone-1b')
    assert.deepEqual(body.messages, [{ role: 'user', content: 'rich: what is ashlar?' }])
    assert.deepEqual([body.stream, body.stream_options.include_usage], [true, true])
    assert.deepEqual([body.logprobs, body.top_logprobs], [true, 5])
    assert.ok(!('temperature' in body))
  })

  onPage('reasoning inside the text is folded, and not sent back', {}, async (page) => {
    await askAndWait(page, 'think first')
    assert.equal(await page.locator('.answer > .markdown').innerText(), 'Stone.')
    assert.match(await page.locator('.reasoning .markdown').textContent(), /^Stone or brick\?$/m)
    await askAndWait(page, 'plain')
    const { body } = await lastAsked()
    assert.deepEqual(body.messages.map(({ content }) => content), ['think first', 'Stone.', 'plain'])
  })

  onPage('hostile Markdown does nothing', {}, async (page) => {
    await askAndWait(page, 'hostile')
    assert.equal(await page.evaluate('window.hurt'), undefined)
    const inside = page.locator('.answer .markdown')
    assert.equal(await inside.locator('script, img, iframe, form, input, [style], [onclick]').count(), 0)
    assert.equal(await inside.locator('[href^="javascript"]').count(), 0)
    assert.match(await inside.textContent(), /Before <script>window\.hurt = 1<\/script> [^]*styled[^]*H2O after/)
    assert.equal(await inside.locator('sub').textContent(), '2')
  })

  onPage('Stop and Esc end an answer, and what came of it stays', {}, async (page) => {
    await ask(page, 'slow')
    await page.getByText('word3 ').waitFor()
    await button(page, 'Stop').click()
    await answered(page)
    assert.match(await page.locator('.answer').innerText(), /word0 word1 [^]*stopped by you/)
    await ask(page, 'slow again')
    await answers(page).nth(1).getByText('word3 ').waitFor()
    await page.keyboard.press('Escape')
    await answered(page)
    assert.ok(await button(page, 'Send').isVisible())
    // The server sees it at its next write.
    await assertEventually(async () => (await log()).slice(-2).every(({ ended }) => ended === 'hung up'))
  })

  onPage('Regenerate keeps the earlier answer at hand', {}, async (page) => {
    await askAndWait(page, 'plain')
    await button(page, 'Regenerate').click()
    await page.getByText('2 of 2').waitFor()
    await button(page, 'Earlier answer').click()
    await page.getByText('1 of 2').waitFor()
    const { body } = await lastAsked()
    assert.equal(body.messages.length, 1)
  })

  onPage('an error is told in words and can be tried again', {}, async (page) => {
    await askAndWait(page, 'error')
    const said = page.locator('.failure')
    assert.match(await said.innerText(), /The prompt has 9000 tokens, the model reads 8192\./)
    await button(page, 'Try again').click()
    await assertEventually(async () => (await log()).filter(({ body }) => body.messages.at(-1).content === 'error').length === 2)
    await answered(page)
    assert.equal(await answers(page).count(), 1)
    await askAndWait(page, 'broken')
    assert.match(await said.last().innerText(), /broke off before the answer was complete/)
    assert.match(await answers(page).last().innerText(), /Half a/)
    // The refused question isn't part of what the model reads.
    assert.deepEqual((await lastAsked()).body.messages.map(({ content }) => content), ['broken'])
  })

  onPage('model, adapter, system prompt and parameters', {}, async (page) => {
    await page.getByLabel('Adapter').selectOption('carver')
    await page.getByLabel('System prompt').fill('Be brief.')
    await page.getByLabel('Temperature').fill('0.5')
    await page.getByLabel('Top k').fill('40')
    await page.getByLabel('Max tokens').fill('64')
    await page.getByLabel('Repetition penalty').fill('1.1')
    await page.getByLabel('Seed').fill('18446744073709551615')
    await page.getByLabel('Stop strings').fill('END\n\\n\\n')
    await page.getByLabel('API key').fill('k-123')
    await askAndWait(page, 'plain')
    const { body, text, key } = await lastAsked()
    assert.equal(body.model, 'carver')
    assert.deepEqual(body.messages[0], { role: 'system', content: 'Be brief.' })
    assert.deepEqual([body.temperature, body.top_k, body.max_tokens], [0.5, 40, 64])
    assert.equal(body.repetition_penalty, 1.1)
    assert.deepEqual(body.stop, ['END', '\n\n'])
    assert.match(text, /"seed":18446744073709551615[,}]/)
    assert.equal(key, 'Bearer k-123')
    assert.match(await page.locator('.figures').innerText(), /cut at max tokens/)
    await page.getByLabel('Model').selectOption('slate-135m')
    assert.equal(await page.getByLabel('Adapter').count(), 0)
    await button(page, 'Clear parameters').click()
    await askAndWait(page, 'plain')
    assert.equal((await lastAsked()).body.model, 'slate-135m')
    assert.ok(!('temperature' in (await lastAsked()).body))
  })

  onPage('the drawn seed is shown exactly and can be used again', {}, async (page) => {
    await askAndWait(page, 'plain')
    await page.getByText('Details').click()
    assert.match(await page.locator('.reported').innerText(), /18446744073709551557[^]*ignored fields\s+user/)
    await button(page, 'Use this seed').click()
    assert.equal(await page.getByLabel('Seed').inputValue(), '18446744073709551557')
  })

  onPage('a reload keeps conversation and settings; New and back', {}, async (page) => {
    await page.getByLabel('Temperature').fill('0.25')
    await page.getByLabel('Model').selectOption('slate-135m')
    await askAndWait(page, 'rich')
    await ask(page, 'slow')
    await page.getByText('word3 ').waitFor()
    await page.reload()
    assert.equal(await answers(page).count(), 2)
    assert.match(await answers(page).last().innerText(), /word0 [^]*stopped by you/)
    assert.equal(await page.getByLabel('Temperature').inputValue(), '0.25')
    await assertEventually(async () => (await page.getByLabel('Model').inputValue()) === 'slate-135m')
    await button(page, 'Tokens').click()
    assert.equal(await page.locator('.answer').first().locator('.token').first().textContent(), 'Ashlar')
    await button(page, 'New').click()
    assert.equal(await answers(page).count(), 0)
    await button(page, 'Bring the last conversation back').click()
    assert.equal(await answers(page).count(), 2)
  })

  onPage('tokens show their alternatives to pointer and keyboard', {}, async (page) => {
    await askAndWait(page, 'rich')
    await button(page, 'Tokens').click()
    const tokens = page.locator('.token')
    await tokens.nth(2).hover()
    assert.match(await page.getByRole('tooltip').innerText(), /␣\*finely[^]*45\.0 %[^]*−0\.80/)
    await picture(page, 'tokens')
    await assertAccessible(page)
    await page.mouse.move(0, 0)
    assert.equal(await page.getByRole('tooltip').count(), 0)
    await tokens.first().focus()
    await page.keyboard.press('ArrowRight')
    assert.match(await page.getByRole('tooltip').innerText(), /␣is/)
    assert.equal(await page.locator('.token[tabindex="0"]').count(), 1)
    await askAndWait(page, 'plain')
    await answers(page).last().locator('.token').nth(1).hover()
    assert.match(await page.getByRole('tooltip').innerText(), /Bytes e2 96/)
  })

  onPage('the keyboard reaches everything, and Shift+Enter breaks the line', {}, async (page) => {
    const message = page.getByRole('textbox', { name: 'Message' })
    await message.press('p')
    await message.press('Shift+Enter')
    await message.press('q')
    assert.equal(await message.inputValue(), 'p\nq')
    await message.fill('plain')
    await message.press('Enter')
    await answered(page)
    const reached = new Set()
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab')
      reached.add(await page.evaluate('document.activeElement.textContent.trim() || document.activeElement.ariaLabel || document.activeElement.tagName'))
    }
    for (const name of ['Tokens', 'New', 'Settings', 'Regenerate', 'Copy', 'Details', 'Close', 'System prompt', 'API key', 'Markdown', 'JSON'])
      assert.ok(reached.has(name), `${name} not among ${[...reached]}`)
  })

  onPage('export as Markdown and JSON', {}, async (page) => {
    await page.getByLabel('System prompt').fill('Be brief.')
    await page.getByLabel('API key').fill('k-123')
    await askAndWait(page, 'think')
    const saved = async (name) => {
      const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
      return [file.suggestedFilename(), readFileSync(await file.path(), 'utf8')]
    }
    const [markdownName, markdown] = await saved('Markdown')
    assert.match(markdownName, /^conversation-.*\.md$/)
    assert.match(markdown, /## System\n\nBe brief\.\n\n## Question\n\nthink\n\n## Answer \(stone-1b\)\n\n> Stone or brick\?\n\nStone\.\n$/)
    const [, json] = await saved('JSON')
    const whole = JSON.parse(json)
    assert.deepEqual(whole.messages.map(({ role }) => role), ['system', 'user', 'assistant'])
    assert.equal(whole.exchanges[0].answers[0].tokens.length, 5)
    assert.equal(whole.exchanges[0].answers[0].reported.seed, '18446744073709551557')
    assert.ok(!json.includes('k-123'))
  })

  for (const theme of ['light', 'dark'])
    onPage(`${theme}, as the system has it`, { colorScheme: theme }, async (page) => {
      const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
      await picture(page, `welcome-${theme}`)
      await assertAccessible(page)
      await askAndWait(page, 'rich: what is ashlar, and how is a wall of it laid?')
      await askAndWait(page, 'error')
      await page.locator('.figures summary').first().click()
      await page.evaluate('scrollTo(0, 0)')
      await picture(page, `answer-${theme}`)
      await assertAccessible(page)
      const before = await ground()
      await page.getByLabel(theme === 'light' ? 'Dark' : 'Light', { exact: true }).check()
      assert.notEqual(await ground(), before)
      await page.reload()
      assert.notEqual(await ground(), before)
    })

  onPage('a phone', PHONE, async (page) => {
    await assertNotWide(page)
    await picture(page, 'phone-welcome')
    await askAndWait(page, 'rich')
    await assertNotWide(page)
    await assertEventually(() => page.evaluate('document.documentElement.scrollHeight - innerHeight - scrollY < 2'))
    await picture(page, 'phone-answer')
    await page.evaluate('scrollTo(0, 0)')
    await picture(page, 'phone-top')
    await assertAccessible(page)
    await button(page, 'Tokens').click()
    await page.locator('.token').nth(9).tap()
    await page.getByRole('tooltip').waitFor()
    await assertNotWide(page)
    await picture(page, 'phone-tokens')
    await open(page)
    await page.getByLabel('System prompt').fill('Be brief.')
    await picture(page, 'phone-settings')
    await assertAccessible(page)
    await page.keyboard.press('Escape')
    assert.ok(!(await page.locator('.settings').isVisible()))
  })

  onPage('a full storage keeps the text', {}, async (page) => {
    const fill = async (room) => page.evaluate((room) => {
      for (let size = 1 << 22, name = 0; size >= 16; ) {
        try {
          localStorage.setItem(`filler-${name}`, 'x'.repeat(size))
          name++
        } catch {
          size >>= 1
        }
      }
      localStorage.setItem('filler-0', 'x'.repeat(localStorage.getItem('filler-0').length - room))
    }, room)
    await fill(4000)
    await askAndWait(page, 'rich')
    await page.reload()
    assert.match(await answers(page).innerText(), /Ashlar is finely dressed/)
    await button(page, 'Tokens').click()
    assert.equal(await page.locator('.token').count(), 0)
    await fill(0)
    await askAndWait(page, 'rich again')
    await page.getByText('a reload will lose it').waitFor()
  })

  onPage('without a server, and back', {}, async (page) => {
    await page.context().setOffline(true)
    await askAndWait(page, 'plain')
    assert.match(await page.locator('.failure').innerText(), /can’t be reached/)
    await page.context().setOffline(false)
    await button(page, 'Try again').click()
    await page.locator('.figures').getByText('written').waitFor()
  })
}

function real() {
  const greedy = async (content) => {
    const asked = { messages: [{ role: 'user', content }], temperature: 0, max_tokens: 24 }
    const body = JSON.stringify(asked)
    const answer = await fetch(`${address}/v1/chat/completions`, { method: 'POST', body })
    return (await answer.json()).choices[0].message.content
  }

  onPage('ashlar serves the page and answers', {}, async (page) => {
    await page.getByLabel('Temperature').fill('0')
    await page.getByLabel('Max tokens').fill('24')
    await askAndWait(page, 'What is the capital of France?')
    const said = await page.locator('.answer > .markdown').innerText()
    assert.equal(said.trim(), (await greedy('What is the capital of France?')).trim())
    const figures = await page.locator('.figures').innerText()
    assert.match(figures, /\d+ tokens? read/)
    assert.match(figures, /\d+ tokens? written/)
    await button(page, 'Tokens').click()
    await page.locator('.token').nth(1).hover()
    assert.equal(await page.getByRole('tooltip').locator('tbody tr').count(), 5)
    await picture(page, 'real')
    await assertAccessible(page)
  })

  onPage('the seed that ashlar drew gives the same answer again', {}, async (page) => {
    await page.getByLabel('Max tokens').fill('16')
    await askAndWait(page, 'Name a stone.')
    await page.getByText('Details').click()
    await button(page, 'Use this seed').click()
    await button(page, 'Regenerate').click()
    await page.getByText('2 of 2').waitFor({ timeout: ANSWERED_MS })
    const second = await page.locator('.answer .markdown').innerText()
    await button(page, 'Earlier answer').click()
    assert.equal(await page.locator('.answer .markdown').innerText(), second)
  })

  onPage('ashlar stops an answer, and says what it refuses', {}, async (page) => {
    await page.getByLabel('Max tokens').fill('1000')
    await ask(page, 'Write a long story about a stone mason.')
    await page.locator('.answer .markdown').getByText(/\w+ \w+ \w+/).first().waitFor({ timeout: ANSWERED_MS })
    await page.keyboard.press('Escape')
    await page.getByText('stopped by you').waitFor()
    await page.getByLabel('Temperature').fill('-1')
    await askAndWait(page, 'And now?')
    assert.match(await page.locator('.failure').innerText(), /temperature/)
  })
}

if (what === 'real') {
  real()
  structureReal()
} else {
  scripted()
  structureScripted()
}
