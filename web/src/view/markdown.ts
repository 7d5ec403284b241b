// Markdown to HTML that is safe to show: marked makes it, DOMPurify keeps a short list of elements and
// attributes. What a model writes can run no script, load nothing, and style nothing; HTML that it writes
// is shown as it stands, but for a few plain tags.
import DOMPurify from 'dompurify'
import { Marked, type Tokens } from 'marked'
import { copyText } from './copied'

const TAGS =
  'h3 h4 h5 h6 p br hr strong em del code pre blockquote ul ol li table thead tbody tr th td a sup sub kbd'.split(' ')
const ATTRIBUTES = ['href', 'title', 'align', 'start', 'data-language']
const PLAIN_TAG = /&lt;(\/?(?:sub|sup|kbd)|br ?\/?)&gt;/g

const marked = new Marked({ gfm: true, breaks: false })
marked.use({
  renderer: {
    // The page's own headings are h1 and h2.
    heading({ tokens, depth }: Tokens.Heading) {
      const level = Math.min(depth + 2, 6)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`
    },
    code({ text, lang }: Tokens.Code) {
      const language = escaped(/^\S*/.exec(lang ?? '')?.[0] ?? '')
      return `<pre data-language="${language}"><code>${escaped(text)}</code></pre>`
    },
    // A picture from elsewhere would tell its server what was asked here: a link leaves the choice.
    image({ href, text }: Tokens.Image) {
      return `<a href="${escaped(href)}">${escaped(text || href)}</a>`
    },
    html({ text, block }: Tokens.HTML | Tokens.Tag) {
      const shown = escaped(text).replace(PLAIN_TAG, '<$1>')
      return block ? `<p>${shown}</p>` : shown
    },
    checkbox({ checked }: Tokens.Checkbox) {
      return checked ? '☑ ' : '☐ '
    },
  },
})

/** The top-level blocks of a text, each as raw HTML: while it grows, only the last ones change. */
export function blocksOf(text: string): string[] {
  return marked
    .lexer(text)
    .filter(({ type }) => type !== 'space' && type !== 'def')
    .map((token) => marked.parser([token]))
}

export function sanitized(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  })
  fragment.querySelectorAll('a').forEach((link) => {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  })
  fragment.querySelectorAll('table').forEach(scrollable)
  fragment.querySelectorAll('pre').forEach(withCopyButton)
  return fragment
}

/** What may be wider than a phone scrolls in itself, by keyboard too. */
function scrollable(wide: HTMLElement): void {
  const frame = document.createElement('div')
  frame.className = 'wide'
  frame.tabIndex = 0
  frame.role = 'group'
  frame.ariaLabel = 'Table'
  wide.replaceWith(frame)
  frame.append(wide)
}

function withCopyButton(pre: HTMLElement): void {
  const frame = document.createElement('div')
  const language = document.createElement('span')
  const copy = document.createElement('button')
  frame.className = 'code'
  language.textContent = pre.dataset['language'] ?? ''
  copy.textContent = 'Copy'
  copy.type = 'button'
  copy.className = 'quiet'
  copy.addEventListener('click', () => {
    void copyText(pre.textContent ?? '').then(() => (copy.textContent = 'Copied'))
  })
  pre.tabIndex = 0
  pre.role = 'group'
  pre.ariaLabel = language.textContent ? `Code, ${language.textContent}` : 'Code'
  pre.replaceWith(frame)
  frame.append(language, copy, pre)
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '')
}
