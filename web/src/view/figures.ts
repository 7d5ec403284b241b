// Numbers as the page writes them.

export function percent(logprob: number): string {
  const value = 100 * Math.exp(logprob)
  return value > 0 && value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`
}

export function logprobText(logprob: number): string {
  return logprob.toFixed(2).replace('-', '−')
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}

export function rate(perSecond: number): string {
  return `${perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond)} tokens/s`
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** The class of a token's shade: the less likely, the stronger. */
export function shade(logprob: number): string {
  const probability = Math.exp(logprob)
  return `shade-${SHADES.filter((bound) => probability < bound).length}`
}

const SHADES = [0.9, 0.6, 0.3, 0.1, 0.02]

/** How many equally likely tokens the model wavered between, on average. */
export function perplexity(logprobs: number[]): number {
  return Math.exp(-logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length)
}

/** A model's name: of a file its own, without the folders. */
export function modelName(id: string): string {
  return id.startsWith('/') ? id.slice(id.lastIndexOf('/') + 1) : id
}

/** What a server reports, as a line: lists and objects without their brackets, nothing as nothing. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(inWords).join(', ')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(([name, each]) => [name, inWords(each)])
    .filter(([, said]) => said !== '')
    .map((pair) => pair.join(' '))
    .join(', ')
}
