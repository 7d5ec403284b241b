// What is asked of an answer's form: the JSON Schema that it is held to, the tools that it may call. Both
// are sent as they were typed.
import { jsonProblem } from './json-text'
import type { Settings } from './settings'

/** What keeps the schema from being sent; undefined where nothing does, or it isn't wanted. */
export function schemaProblem({ schemaOn, schema }: Settings): string | undefined {
  if (!schemaOn) return undefined
  if (schema.trim() === '') return 'A schema is wanted here.'
  const problem = jsonProblem(schema)
  if (problem) return `Not JSON: ${problem}`
  return /^\s*(\{|true|false)/.test(schema) ? undefined : 'A JSON Schema is an object, true or false.'
}

export function toolsProblem({ toolsOn, tools }: Settings): string | undefined {
  if (!toolsOn) return undefined
  if (tools.trim() === '') return 'A list of tools is wanted here.'
  const problem = jsonProblem(tools)
  if (problem) return `Not JSON: ${problem}`
  const list: unknown = JSON.parse(tools)
  if (!Array.isArray(list)) return 'Tools are a list: [ … ].'
  return list.length > 0 ? undefined : 'The list is empty.'
}

/** Why nothing can be asked now, for whoever doesn't see the settings. */
export function unreadiness(settings: Settings): string | undefined {
  if (schemaProblem(settings)) return 'The JSON Schema in the settings can’t be sent as it is.'
  if (toolsProblem(settings)) return 'The tools in the settings can’t be sent as they are.'
  return undefined
}

/** The fields of the API, each as JSON. */
export function structureOf(settings: Settings): Record<string, string> {
  const { schemaOn, schema, toolsOn, tools, toolChoice } = settings
  const named = `{"name":"answer","strict":true,"schema":${schema}}`
  return {
    ...(schemaOn && { response_format: `{"type":"json_schema","json_schema":${named}}` }),
    ...(toolsOn && { tools, tool_choice: JSON.stringify(toolChoice) }),
  }
}
