// The top of the page: what answers, how answers are shown, and the way to the settings.
import { bases, change, conversation, models, settings, startNew } from '../chat/session'
import type { ModelEntry } from '../api/wire'
import { modelName } from './figures'

interface Props {
  settingsOpen: boolean
  toggleSettings: () => void
}

export function Header({ settingsOpen, toggleSettings }: Props) {
  const empty = conversation.value.exchanges.length === 0
  return (
    <header class="top">
      <h1>Ashlar</h1>
      <ModelChoice />
      <div class="tools">
        <ViewSwitch />
        <button type="button" disabled={empty} onClick={startNew}>
          New
        </button>
        <button
          type="button"
          id="settings-button"
          aria-expanded={settingsOpen}
          aria-controls="settings"
          onClick={toggleSettings}
        >
          Settings
        </button>
      </div>
    </header>
  )
}

function ModelChoice() {
  const { model, adapter } = settings.value
  const adapters = models.value.filter((entry) => entry.parent === model && model !== '')
  return (
    <div class="models">
      <label>
        <span class="hidden">Model</span>
        <select value={model} onChange={(event) => change({ model: event.currentTarget.value, adapter: '' })}>
          {bases.value.length === 0 && <option value={model}>{modelName(model) || 'No model'}</option>}
          {bases.value.map(asOption)}
        </select>
      </label>
      {adapters.length > 0 && (
        <label>
          <span class="hidden">Adapter</span>
          <select value={adapter} onChange={(event) => change({ adapter: event.currentTarget.value })}>
            <option value="">No adapter</option>
            {adapters.map(asOption)}
          </select>
        </label>
      )}
    </div>
  )
}

function asOption({ id }: ModelEntry) {
  return (
    <option key={id} value={id} title={id}>
      {modelName(id)}
    </option>
  )
}

function ViewSwitch() {
  const { tokenView } = settings.value
  return (
    <button type="button" aria-pressed={tokenView} onClick={() => change({ tokenView: !tokenView })}>
      Tokens
    </button>
  )
}
