declare module 'codemirror-lang-odx' {
  import type { LanguageSupport } from '@codemirror/language';

  export function odx(): LanguageSupport;
}
