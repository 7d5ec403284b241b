// A Markdown text, block by block: a block whose HTML stays the same is left alone in the document, so
// that a selection survives while more of the answer streams in.
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { blocksOf, sanitized } from './markdown'

export function MarkdownText({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text])
  return (
    <div class="markdown">
      {blocks.map((html, index) => (
        <Block key={index} html={html} />
      ))}
    </div>
  )
}

function Block({ html }: { html: string }) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => place.current?.replaceChildren(sanitized(html)), [html])
  return <div ref={place} />
}
