// The settings of an answer's form: a JSON Schema, tools. Each is checked while it is typed, and what the
// server has against it stands below it.
import { change, refusal, settings } from '../chat/session'
import type { ToolChoice } from '../chat/settings'
import { schemaProblem, toolsProblem } from '../chat/structure'
import { Group } from './group'

const SCHEMA_HINT = '{"type": "object",\n "properties": {"name": {"type": "string"}},\n "required": ["name"]}'
const TOOLS_HINT = '[{"type": "function", "function":\n  {"name": "weather", "parameters":\n    {"type": "object", …}}}]'
const SCHEMA_PLACE = 'response_format'
const SCHEMA_ROOT = /^response_format\.json_schema(\.schema\.?)?/

export function SchemaSettings() {
  const { schemaOn, schema } = settings.value
  return (
    <Group title="JSON Schema">
      <Switch label="Hold answers to a schema" on={schemaOn} set={(schemaOn) => change({ schemaOn })} />
      {schemaOn && (
        <JsonField
          id="schema"
          label="JSON Schema"
          hint={SCHEMA_HINT}
          text={schema}
          set={(schema) => change({ schema })}
          problem={schemaProblem(settings.value) ?? refused(SCHEMA_PLACE, SCHEMA_ROOT)}
        />
      )}
    </Group>
  )
}

export function ToolSettings() {
  const { toolsOn, tools, toolChoice } = settings.value
  return (
    <Group title="Tools">
      <Switch label="Offer tools" on={toolsOn} set={(toolsOn) => change({ toolsOn })} />
      {toolsOn && (
        <>
          <JsonField
            id="tools"
            label="Tools"
            hint={TOOLS_HINT}
            text={tools}
            set={(tools) => change({ tools })}
            problem={toolsProblem(settings.value) ?? refused('tool', /^$/)}
          />
          <p class="aside">A list, as OpenAI, Anthropic or MCP describe tools. You give the results of calls yourself.</p>
          <Choice choice={toolChoice} />
        </>
      )}
    </Group>
  )
}

/** What the server refused at a place that begins so, the known part of the place left out. */
function refused(place: string, known: RegExp): string | undefined {
  const error = refusal.value
  if (!error?.place?.startsWith(place)) return undefined
  const inside = error.place.replace(known, '')
  return inside ? `${error.message} (at ${inside})` : error.message
}

function Switch({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  )
}

interface FieldProps {
  id: string
  label: string
  hint: string
  text: string
  set: (text: string) => void
  problem: string | undefined
}

function JsonField({ id, label, hint, text, set, problem }: FieldProps) {
  return (
    <>
      <textarea
        class="json"
        rows={7}
        spellcheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        aria-label={label}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        placeholder={hint}
        value={text}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {problem && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </>
  )
}

const CHOICES: [ToolChoice, string][] = [
  ['auto', 'Auto'],
  ['required', 'Required, after results too'],
  ['none', 'None'],
]

function Choice({ choice }: { choice: ToolChoice }) {
  return (
    <label>
      <span>Tool choice</span>
      <select value={choice} onChange={(event) => change({ toolChoice: event.currentTarget.value as ToolChoice })}>
        {CHOICES.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
