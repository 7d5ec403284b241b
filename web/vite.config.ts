import { readFileSync } from 'node:fs'
import { defineConfig, type Plugin } from 'vite'

// A package that comes without the text of its licence, and where that stands here.
const LEFT_OUT = { package: '@cfworker/json-schema', text: 'licenses/cfworker-json-schema.md' }

const licenseTexts: Plugin = {
  name: 'license-texts',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const list = bundle['licenses.md']
      if (list?.type !== 'asset') return
      const text = readFileSync(new URL(LEFT_OUT.text, import.meta.url), 'utf8')
      const [head, rest] = String(list.source).split(`\n## ${LEFT_OUT.package} - `)
      list.source = `${head}\n## ${LEFT_OUT.package} - ${rest?.replace('\n', () => `\n\n${text}`)}`
    },
  },
}

// The bundle is committed and embedded in the binary: three files with fixed names, the same bytes
// from the same sources. The server gives them at / and /page/.
export default defineConfig({
  base: '/page/',
  plugins: [licenseTexts],
  build: {
    outDir: '../data/page',
    emptyOutDir: true,
    assetsDir: '',
    assetsInlineLimit: 0,
    modulePreload: false,
    license: { fileName: 'licenses.md' },
    target: ['chrome123', 'firefox128', 'safari17.5'],
    rollupOptions: {
      output: { entryFileNames: 'app.js', assetFileNames: 'app[extname]', codeSplitting: false },
    },
  },
  // For `npx vite`: the page from its sources, the API from a running `ashlar serve`.
  server: { proxy: { '/v1': process.env['ASHLAR_URL'] ?? 'http://127.0.0.1:8080' } },
})
