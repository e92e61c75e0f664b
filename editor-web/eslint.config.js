// eslint.config.js — the manners of STYLE.md 10: floors (shared, features, app), no `any`, no default exports.
import fs from 'node:fs';
import path from 'node:path';

import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';

const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const noDefault = { selector: 'ExportDefaultDeclaration', message: 'no default exports' };
const features = fs.readdirSync(path.join(import.meta.dirname, 'src/features'));

/** A feature sees itself and shared, no other feature and not the app. */
const featureFloors = features.map((name) => ({
  files: [`src/features/${name}/**`],
  rules: restrict({
    group: ['@/app/*', '@/features/*', `!@/features/${name}`, `!@/features/${name}/**`, '**/../../app/*', ...features.filter((other) => other !== name).map((other) => `**/../${other}/**`)],
    message: 'features import shared only, never each other',
  }),
}));

export default ts.config(
  { ignores: ['dist', 'node_modules', 'public', '.cache'] },
  ...ts.configs.strict,
  hooks.configs.flat.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-restricted-syntax': ['error', noDefault],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      // Speaks to the React compiler, which this build does not use.
      'react-hooks/preserve-manual-memoization': 'off',
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/shared/**'], rules: restrict({ group: ['@/app/*', '@/features/*', '**/features/**', '**/app/**'], message: 'shared serves; it knows no feature' }) },
  { files: ['src/shared/document/**'], rules: restrict({ group: ['react', 'react-dom', '@/app/*', '@/features/*'], message: 'the model has no React' }) },
  ...featureFloors,
  { files: ['*.config.{js,ts}'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['scripts/**', 'tests/**'], rules: { 'no-console': 'off' } },
);
