// What the reader sets beside the conversation, and the parameters of the API that it stands for.

export interface Settings {
  model: string
  adapter: string
  system: string
  /** As typed, by their names in the API; empty leaves the choice to the server. */
  parameters: Record<string, string>
  /** A JSON Schema that answers are held to, and tools that they may call: as typed. */
  schemaOn: boolean
  schema: string
  toolsOn: boolean
  tools: string
  toolChoice: ToolChoice
  alternatives: boolean
  tokenView: boolean
  theme: Theme
  key: string
}

export type ToolChoice = 'auto' | 'required' | 'none'

export type Theme = 'auto' | 'light' | 'dark'

export const DEFAULTS: Settings = {
  model: '',
  adapter: '',
  system: '',
  parameters: {},
  schemaOn: false,
  schema: '',
  toolsOn: false,
  tools: '',
  toolChoice: 'auto',
  alternatives: true,
  tokenView: false,
  theme: 'auto',
  key: '',
}

export interface NumberField {
  name: string
  label: string
  hint: string
  min?: number
  max?: number
  step: number
}

export const NUMBER_FIELDS: NumberField[] = [
  { name: 'temperature', label: 'Temperature', hint: '0 is greedy', min: 0, step: 0.1 },
  { name: 'max_tokens', label: 'Max tokens', hint: 'no more than', min: 1, step: 1 },
  { name: 'top_p', label: 'Top p', hint: '0 to 1', min: 0, max: 1, step: 0.05 },
  { name: 'top_k', label: 'Top k', hint: '0 is off', min: 0, step: 1 },
  { name: 'repetition_penalty', label: 'Repetition penalty', hint: '1 is off', min: 0, step: 0.05 },
  { name: 'frequency_penalty', label: 'Frequency penalty', hint: '−2 to 2', min: -2, max: 2, step: 0.1 },
]

/** The model's id to ask for: an adapter is served as a model of its own. */
export function servedId(settings: Settings): string {
  return settings.adapter || settings.model
}

/** The parameters that are set, as the API takes them. What is sent as it stands is not among them. */
export function parametersOf(settings: Settings): Record<string, unknown> {
  const parameters: Record<string, unknown> = {}
  for (const { name } of NUMBER_FIELDS) {
    const typed = settings.parameters[name]
    if (typed) parameters[name] = Number(typed)
  }
  const stops = stopStrings(settings.parameters['stop'] ?? '')
  if (stops.length > 0) parameters['stop'] = stops
  return parameters
}

export function seedOf(settings: Settings): string | undefined {
  const typed = settings.parameters['seed'] ?? ''
  return /^\d+$/.test(typed) ? BigInt(typed).toString() : undefined
}

/** One a line; \n, \t and \\ stand for a line break, a tab and a backslash. */
export function stopStrings(typed: string): string[] {
  const meant: Record<string, string> = { n: '\n', t: '\t', '\\': '\\' }
  return typed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\\([nt\\])/g, (_, code: string) => meant[code] ?? ''))
}
