// The settings: system prompt, parameters, appearance, key, and the conversation as a file.
import { asJson, asMarkdown, download } from '../chat/export'
import { change, conversation, refreshModels, setParameter, settings } from '../chat/session'
import { NUMBER_FIELDS, type NumberField, type Theme } from '../chat/settings'
import { Group } from './group'
import { SchemaSettings, ToolSettings } from './structure-settings'

export function SettingsPanel({ open, close }: { open: boolean; close: () => void }) {
  return (
    <aside id="settings" class="settings" aria-label="Settings" tabIndex={-1} hidden={!open}>
      <div class="settings-head">
        <h2>Settings</h2>
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      </div>
      <System />
      <Parameters />
      <SchemaSettings />
      <ToolSettings />
      <Shown />
      <Access />
      <Export />
    </aside>
  )
}

function System() {
  return (
    <Group title="System prompt">
      <textarea
        rows={4}
        aria-label="System prompt"
        placeholder="None"
        value={settings.value.system}
        onInput={(event) => change({ system: event.currentTarget.value })}
      />
    </Group>
  )
}

function Parameters() {
  const { parameters } = settings.value
  const some = Object.values(parameters).some((typed) => typed !== '')
  return (
    <Group title="Parameters">
      <p class="aside">What is left empty is the server’s choice.</p>
      <div class="fields">
        {NUMBER_FIELDS.map((field) => (
          <NumberInput key={field.name} field={field} />
        ))}
        <label>
          <span>Seed</span>
          <input
            inputMode="numeric"
            placeholder="drawn"
            value={parameters['seed'] ?? ''}
            onInput={(event) => {
              event.currentTarget.value = event.currentTarget.value.replace(/\D/g, '')
              setParameter('seed', event.currentTarget.value)
            }}
          />
        </label>
      </div>
      <label>
        <span>Stop strings</span>
        <textarea
          rows={2}
          placeholder="one a line; \n is a line break"
          value={parameters['stop'] ?? ''}
          onInput={(event) => setParameter('stop', event.currentTarget.value)}
        />
      </label>
      <button type="button" disabled={!some} onClick={() => change({ parameters: {} })}>
        Clear parameters
      </button>
    </Group>
  )
}

function NumberInput({ field }: { field: NumberField }) {
  return (
    <label>
      <span>{field.label}</span>
      <input
        type="number"
        inputMode="decimal"
        placeholder={field.hint}
        min={field.min}
        max={field.max}
        step={field.step === 1 ? 1 : 'any'}
        value={settings.value.parameters[field.name] ?? ''}
        onInput={(event) => setParameter(field.name, event.currentTarget.value)}
      />
    </label>
  )
}

const THEMES: [Theme, string][] = [
  ['auto', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

function Shown() {
  const { theme, alternatives } = settings.value
  return (
    <Group title="Appearance">
      <fieldset class="choice">
        <legend class="hidden">Theme</legend>
        {THEMES.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name="theme" checked={theme === value} onChange={() => change({ theme: value })} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label class="check">
        <input
          type="checkbox"
          checked={alternatives}
          onChange={(event) => change({ alternatives: event.currentTarget.checked })}
        />
        <span>Ask for each token’s probability and alternatives</span>
      </label>
    </Group>
  )
}

function Access() {
  return (
    <Group title="API key">
      <input
        id="key"
        type="password"
        autoComplete="off"
        aria-label="API key"
        placeholder="None"
        value={settings.value.key}
        onInput={(event) => change({ key: event.currentTarget.value.trim() })}
        onChange={() => void refreshModels()}
      />
      <p class="aside">Kept in this browser, sent to this server alone.</p>
    </Group>
  )
}

function Export() {
  const empty = conversation.value.exchanges.length === 0
  const save = (ending: string, type: string, write: typeof asJson) => {
    const now = new Date()
    const name = `conversation-${now.toISOString().slice(0, 19).replaceAll(':', '')}.${ending}`
    download(name, type, write(conversation.value, settings.value, now))
  }
  return (
    <Group title="Export">
      <div class="row">
        <button type="button" disabled={empty} onClick={() => save('md', 'text/markdown', asMarkdown)}>
          Markdown
        </button>
        <button type="button" disabled={empty} onClick={() => save('json', 'application/json', asJson)}>
          JSON
        </button>
      </div>
    </Group>
  )
}
