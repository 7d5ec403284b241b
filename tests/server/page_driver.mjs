// What the tests of the page in Chromium share: a page of its own for each test, and what is done on it.
// Pictures go to FOLDER. What the page may load is its own server's alone, and no script error or policy
// violation passes unnoticed. Arguments of the process: scripted|real ADDRESS FOLDER.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const web = createRequire(new URL('../../web/package.json', import.meta.url))
const { chromium } = web('playwright-core')
const AXE = readFileSync(web.resolve('axe-core/axe.min.js'), 'utf8')

export const [what, address, folder] = process.argv.slice(2)
const WIDE = { width: 1280, height: 860 }
export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }
export const ANSWERED_MS = what === 'real' ? 120_000 : 10_000

let browser
before(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
  })
})
after(() => browser?.close())

/** A test on a page of its own, with empty storage. */
export function onPage(name, options, body) {
  test(name, async () => {
    const context = await browser.newContext({ viewport: WIDE, ...options })
    const page = await context.newPage()
    const wrong = []
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => wrong.push(String(error)))
    page.on('console', (message) => {
      // Chromium says so of every refusal; what the page makes of it is each test's own matter.
      const refusal = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !refusal) wrong.push(message.text())
    })
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address)) wrong.push(request.url())
    })
    try {
      await page.goto(address)
      await assertEventually(async () => (await page.getByLabel('Model').inputValue()) !== '')
      await body(page)
      assert.deepEqual(wrong, [])
    } catch (error) {
      console.error('What went wrong on the page:', wrong)
      await picture(page, 'failed')
      throw error
    } finally {
      await context.close()
    }
  })
}

export const button = (page, name) => page.getByRole('button', { name, exact: true })
export const answers = (page) => page.locator('.answer')

export async function ask(page, question) {
  await page.getByRole('textbox', { name: 'Message' }).fill(question)
  await page.keyboard.press('Enter')
}

export async function askAndWait(page, question) {
  await ask(page, question)
  await answered(page)
}

/** The last answer has ended. */
export async function answered(page) {
  await page.waitForSelector('.exchange:last-child .actions', { timeout: ANSWERED_MS })
}

export async function log() {
  return (await fetch(`${address}/log`)).json()
}

export async function lastAsked() {
  return (await log()).at(-1)
}

export const picture = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) })

export async function assertAccessible(page) {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate('axe.run()')
  const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
  assert.deepEqual(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [])
}

export async function assertNotWide(page) {
  const [content, screen] = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
  assert.ok(content <= screen, `${content} px wide on a screen of ${screen}`)
}

export async function open(page) {
  const settings = page.getByRole('button', { name: 'Settings', exact: true })
  if ((await settings.getAttribute('aria-expanded')) === 'false') await settings.click()
}

export async function assertEventually(holds) {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(`not in 5 s: ${holds}`)
}
