// vite.config.ts — builds the playground into dist/: relative addresses, so that any static server will do.
//
// The same input gives the same files: names carry hashes of their content, nothing carries a date.
import path from 'node:path';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      '@': path.resolve(import.meta.dirname, 'src'),
      'codemirror-lang-odx': path.resolve(import.meta.dirname, '../editors/codemirror/odx.js'),
      // The language package lies outside this folder and has no packages of its own.
      '@codemirror/language': path.resolve(import.meta.dirname, 'node_modules/@codemirror/language'),
    },
  },
  worker: { format: 'es' },
  server: { fs: { allow: ['..'] } },
  build: { target: 'es2022', sourcemap: false, assetsInlineLimit: 0, cssCodeSplit: false, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 600 },
  test: { include: ['src/**/*.test.{ts,tsx}', 'tests/unit/**/*.test.{ts,tsx}'], environment: 'node', testTimeout: 20_000 },
});
