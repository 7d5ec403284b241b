// The page: header, conversation, composer, settings beside them or, on a narrow screen, over them.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiError } from '../api/client'
import {
  bringBack,
  conversation,
  kept,
  modelsError,
  putAway,
  refreshModels,
  settings,
  stop,
  streaming,
} from '../chat/session'
import { servedId } from '../chat/settings'
import { Composer } from './composer'
import { ExchangeView } from './exchange'
import { modelName } from './figures'
import { Header } from './header'
import { SettingsPanel } from './settings-panel'
import { useFollowing } from './following'

const WIDE = matchMedia('(min-width: 60rem)')

export function App() {
  const [open, setOpen] = useState(WIDE.matches)
  const [wide, setWide] = useState(WIDE.matches)
  const covered = open && !wide
  const close = () => {
    setOpen(false)
    document.getElementById('settings-button')?.focus()
  }
  useEffect(() => {
    const changed = () => setWide(WIDE.matches)
    WIDE.addEventListener('change', changed)
    return () => WIDE.removeEventListener('change', changed)
  }, [])
  useEffect(() => {
    if (covered) document.getElementById('settings')?.focus()
  }, [covered])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return
      if (streaming.value) stop()
      else if (covered) close()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [covered])

  return (
    <div class={open ? 'page with-settings' : 'page'}>
      <div class="chat" inert={covered}>
        <Header settingsOpen={open} toggleSettings={() => setOpen(!open)} />
        <main>
          <Conversation />
          <Composer />
        </main>
      </div>
      <SettingsPanel open={open} close={close} />
    </div>
  )
}

function Conversation() {
  const { exchanges } = conversation.value
  const list = useRef<HTMLOListElement>(null)
  useFollowing(list, exchanges.length)
  return (
    <>
      {modelsError.value && <ModelsError error={modelsError.value} />}
      {exchanges.length === 0 && <Welcome />}
      <div role="log" aria-label="Conversation" aria-live="polite">
        <ol ref={list} class="exchanges">
          {exchanges.map((exchange, index) => (
            <ExchangeView
              key={index}
              exchange={exchange}
              index={index}
              last={index === exchanges.length - 1}
              answered={exchanges[index + 1]?.results !== undefined}
            />
          ))}
        </ol>
      </div>
      {!kept.value && (
        <p class="aside" role="status">
          This browser has no room to keep the conversation: a reload will lose it. Export saves it.
        </p>
      )}
      <p class="hidden" role="status">
        {streaming.value ? 'An answer is being written.' : ''}
      </p>
    </>
  )
}

function Welcome() {
  const model = modelName(servedId(settings.value))
  return (
    <div class="welcome">
      <h2>{model ? 'Ask something' : 'No model yet'}</h2>
      <p>
        {model ? `${model} answers from this server. ` : ''}The conversation stays in this browser.
      </p>
      {putAway.value.exchanges.length > 0 && (
        <button type="button" onClick={bringBack}>
          Bring the last conversation back
        </button>
      )}
    </div>
  )
}

function ModelsError({ error }: { error: ApiError }) {
  return (
    <div class="failure" role="alert">
      <p>{error.message}</p>
      {error.status === 401 && <p>The settings have a place for an API key.</p>}
      <button type="button" class="quiet" onClick={() => void refreshModels()}>
        Try again
      </button>
    </div>
  )
}
