import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Everything is a file of our own origin: no inlined assets, so that the strictest content security policy holds.
export default defineConfig({
  plugins: [svelte()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: {
    proxy: {
      '/handset': 'http://127.0.0.1:8090',
      '/handsets': 'http://127.0.0.1:8090',
      '/events': { target: 'ws://127.0.0.1:8090', ws: true },
      '/calls': 'http://127.0.0.1:8090',
      '/users': 'http://127.0.0.1:8090',
      '/graph': 'http://127.0.0.1:8090',
      '/misbehaviours': 'http://127.0.0.1:8090',
      '/sip': { target: 'ws://127.0.0.1:8090', ws: true },
    },
  },
});
