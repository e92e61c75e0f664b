// snippet.ts — the compiler's snippets, as editors' protocol writes them, in CodeMirror's spelling.

/** `${1:hole}`, `$0` and `\$` become `${1:hole}`, `${}` and `$`; the last is kept from beginning a hole. */
export function codeMirrorSnippet(snippet: string): string {
  return snippet.replace(/\$\{(\d+):((?:\\.|[^}\\])*)\}|\$\{?(\d+)\}?|\\(.)/g, (_whole, number?: string, hole?: string, bare?: string, escaped?: string) => {
    if (number !== undefined) return `\${${number}:${(hole ?? '').replace(/\\(.)/g, '$1')}}`;
    return bare !== undefined ? '${}' : (escaped ?? '');
  });
}
