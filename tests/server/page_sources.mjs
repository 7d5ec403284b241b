// For `node --import`: the page's sources name each other without an ending, as Vite reads them.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    return next(/^\.\.?\/[^.]*$/.test(specifier) ? `${specifier}.ts` : specifier, context)
  },
})
