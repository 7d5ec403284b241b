// JSON as the text that it is: what is wrong with it, and how it is laid out for reading. Its numbers stay
// as they are written, as JavaScript's would round them.

/** What JSON.parse has against a text; undefined where it is JSON. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const PIECE = /"[^"\\]*(?:\\.[^"\\]*)*"?|[{}[\],:]|[^\s"{}[\],:]+/gs
const DEEPEST = 32

/** A member a line; JSON that is cut off anywhere is laid out as far as it goes. */
export function indented(text: string): string {
  let laid = ''
  let depth = 0
  let breaks = false
  const newLine = () => `\n${'  '.repeat(Math.min(depth, DEEPEST))}`
  for (const [piece] of text.matchAll(PIECE)) {
    const closes = piece === '}' || piece === ']'
    if (closes) depth = Math.max(0, depth - 1)
    // Nothing stands between the brackets of what is empty.
    if (closes ? laid.at(-1) !== (piece === '}' ? '{' : '[') : breaks) laid += newLine()
    laid += piece === ':' ? ': ' : piece
    breaks = piece === ',' || piece === '{' || piece === '['
    if (piece === '{' || piece === '[') depth++
  }
  return laid
}

/** Whether a number has more digits than JavaScript holds exactly. */
export function hasLongNumber(text: string): boolean {
  for (const [piece] of text.matchAll(PIECE)) {
    const digits = /^-?\d/.test(piece) ? piece.replace(/e.*$/i, '').replace(/^[-0.]+|\./g, '') : ''
    if (digits.length > 15) return true
  }
  return false
}
