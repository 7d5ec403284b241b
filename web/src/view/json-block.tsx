// JSON, or what a tool gave, with a button that copies it; wraps where it is wide.
import { indented, jsonProblem } from '../chat/json-text'
import { useCopied } from './copied'

export function Block({ label, text }: { label: string; text: string }) {
  const [copied, copy] = useCopied()
  return (
    <div class="code wraps">
      <span>{label}</span>
      <button type="button" class="quiet" onClick={() => copy(text)}>
        {copied ? 'Copied' : 'Copy'}
      </button>
      <pre tabIndex={0} role="group" aria-label={label}>
        <code>{text}</code>
      </pre>
    </div>
  )
}

/** `whole`: nothing more comes. What is whole and no JSON is shown as it stands. */
export function JsonBlock({ label, text, whole }: { label: string; text: string; whole: boolean }) {
  return <Block label={label} text={whole && jsonProblem(text) ? text : indented(text)} />
}
