// Copying to the clipboard, and saying so for a moment.
import { useState } from 'preact/hooks'

const SAID_FOR_MS = 2000

export function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false)
  const copy = (text: string) => {
    void copyText(text).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), SAID_FOR_MS)
    })
  }
  return [copied, copy]
}

/** Browsers give the clipboard to https and localhost alone; over plain http in a network, the old way. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'hidden'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
