// markdown.ts — the little Markdown that hover texts have: fences, paragraphs, `code`. Anything else stays text.

export type Block = { readonly kind: 'code' | 'text'; readonly text: string };

export function markdownBlocks(markdown: string): Block[] {
  return markdown.split(/```\w*\n([\s\S]*?)```/).flatMap((part, index): Block[] => {
    if (index % 2 === 1) return [{ kind: 'code', text: part.trimEnd() }];
    return part.split(/\n\n+/).map((text) => text.trim()).filter(Boolean).map((text) => ({ kind: 'text', text }));
  });
}

/** Elements of a Markdown text; built, never parsed as HTML. */
export function markdownElement(markdown: string): HTMLElement {
  const root = document.createElement('div');
  root.className = 'odx-doc';
  for (const block of markdownBlocks(markdown)) {
    const element = root.appendChild(document.createElement(block.kind === 'code' ? 'pre' : 'p'));
    if (block.kind === 'code') element.textContent = block.text;
    else for (const [index, piece] of block.text.split('`').entries())
      if (index % 2 === 1) element.appendChild(document.createElement('code')).textContent = piece;
      else element.append(piece);
  }
  return root;
}
