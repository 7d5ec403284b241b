// Where questions are written: Enter sends, Shift+Enter breaks the line, and while an answer comes the
// button stops it.
import { useEffect, useRef, useState } from 'preact/hooks'
import { send, settings, stop, streaming, unready } from '../chat/session'
import { focusMessage, useFitting } from './fields'

export function Composer() {
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const busy = streaming.value
  const ready = text.trim() !== '' && settings.value.model !== '' && !unready.value

  useFitting(area, text)
  useEffect(focusMessage, [])

  const submit = () => {
    if (busy || !ready) return
    void send(text)
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method takes Enter for itself while it composes.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }
  return (
    <form
      class="composer"
      aria-label="Your message"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <textarea
        id="message"
        ref={area}
        rows={1}
        value={text}
        aria-label="Message"
        aria-describedby="keys"
        placeholder="Write a message"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {busy ? (
        <button type="button" class="main" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="submit" class="main" disabled={!ready}>
          Send
        </button>
      )}
      {unready.value && (
        <p class="unready" role="status">
          {unready.value}
        </p>
      )}
      <p class="keys" id="keys">
        <kbd>Enter</kbd> sends, <kbd>Shift Enter</kbd> breaks the line, <kbd>Esc</kbd> stops an answer
      </p>
    </form>
  )
}
