// Fields that are written in.
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** As high as its text, up to what the style sheet allows. */
export function useFitting(area: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useEffect(() => {
    const field = area.current
    if (!field) return
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`
  }, [text])
}

/** To where the next message is written; on a phone the focus would bring up its keyboard over the page. */
export function focusMessage(): void {
  if (matchMedia('(pointer: fine)').matches) document.getElementById('message')?.focus()
}
