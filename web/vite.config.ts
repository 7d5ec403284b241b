import { defineConfig } from 'vite'

// The bundle is committed and embedded in the binary: three files with fixed names, the same bytes
// from the same sources. The server gives them at / and /page/.
export default defineConfig({
  base: '/page/',
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
