// odx.js — the language in CodeMirror 6: colours, comments, brackets and indentation.
//
// `odx()` gives the extensions.  It cuts a text as the compiler's scanner does; words come from words.js.
// Findings, completion and hover come from the compiler, not from here.
import { LanguageSupport, StreamLanguage, indentUnit } from '@codemirror/language'
import { words } from './words.js'

const tagOf = {
  item: 'definitionKeyword',
  control: 'controlKeyword',
  operator: 'operatorKeyword',
  constant: 'bool',
  place: 'modifier',
}

const tagOfWord = new Map()
for (const [kind, tag] of Object.entries(tagOf)) {
  for (const word of words[kind]) tagOfWord.set(word, tag)
}
const functions = new Set(words.function)

const number =
  /^(?:\$[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9][0-9_]*)?|\$?[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[A-Za-z_%$][A-Za-z0-9_%$]*)?)/
const mark = /^(?:->|<=|>=|[-+*/=<>])/

function wordTag(word, stream, isField) {
  if (isField) return 'propertyName'
  if (functions.has(word) && stream.match(/^\s*\(/, false)) return 'variableName.function'
  return tagOfWord.get(word) ?? 'variableName'
}

function token(stream, state) {
  const isField = state.afterDot
  state.afterDot = false
  if (stream.eatSpace()) {
    state.afterDot = isField
    return null
  }
  if (stream.match(/^##.*/)) return 'docComment'
  if (stream.match(/^#.*/)) return 'lineComment'
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string'
  if (stream.match(number)) return 'number'
  const word = stream.match(/^[A-Za-z_][A-Za-z0-9_]*/)
  if (word) return wordTag(word[0], stream, isField)
  if (stream.match('..')) return 'operator'
  if (stream.match('.')) {
    state.afterDot = true
    return 'punctuation'
  }
  if (stream.match(mark)) return 'operator'
  stream.next()
  return 'punctuation'
}

/** Each open bracket of the lines above indents by one unit; a line that begins with closing ones, by so many less. */
function indent(state, textAfter, context) {
  const closing = /^[\s)\]}]*/.exec(textAfter)[0].replace(/\s/g, '').length
  return Math.max(0, state.depth - closing) * context.unit
}

export const odxLanguage = StreamLanguage.define({
  name: 'odx',
  startState: () => ({ afterDot: false, depth: 0 }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    const tag = token(stream, state)
    if (tag === 'punctuation') {
      const text = stream.current()
      if ('([{'.includes(text)) state.depth += 1
      if (')]}'.includes(text)) state.depth = Math.max(0, state.depth - 1)
    }
    return tag
  },
  indent,
  languageData: {
    commentTokens: { line: '#' },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    indentOnInput: /^\s*[)\]}]$/,
  },
})

export function odx() {
  return new LanguageSupport(odxLanguage, [indentUnit.of('  ')])
}
