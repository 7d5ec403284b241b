// Server-sent events, as far as chat completions use them: the data of each event. Comments (a line
// that begins with a colon) and other fields are passed over.

/** The data of each event of a body; a half event at its end is not given. */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const lines = rest.split(/\r\n|\n|\r(?=.)/s)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield data.join('\n')
          data = []
        } else if (line.startsWith('data:')) {
          data.push(line.slice(line[5] === ' ' ? 6 : 5))
        }
      }
    }
  } finally {
    // Whoever stops reading wants no more of it: the server sees the connection end.
    await reader.cancel().catch(() => undefined)
  }
}
