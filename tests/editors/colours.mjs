// colours.mjs GRAMMAR FILE... — how the two editors colour each file, as JSON on standard output.
//
// {file: {textmate: [[begin, end, scope]...], codemirror: [[begin, end, tag]...]}}, in UTF-16 units; what has no colour is left out.
// Runs in the folder whose node_modules has the tokenisers; GRAMMAR is the TextMate one, odx.js lies beside.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { StringStream } from '@codemirror/language'
import oniguruma from 'vscode-oniguruma'
import textmate from 'vscode-textmate'
import { odxLanguage } from './odx.js'

const require = createRequire(import.meta.url)
const [grammarPath, ...files] = process.argv.slice(2)

await oniguruma.loadWASM(fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer)
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(grammarPath, 'utf8'), 'odx.json'),
})
const grammar = await registry.loadGrammar('source.odx')

function* lines(text) {
  let at = 0
  for (const line of text.split('\n')) {
    yield [at, line]
    at += line.length + 1
  }
}

function byTextMate(text) {
  const found = []
  let stack = textmate.INITIAL
  for (const [at, line] of lines(text)) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack)
    stack = ruleStack
    for (const t of tokens) {
      if (t.scopes.length > 1) found.push([at + t.startIndex, at + Math.min(t.endIndex, line.length), t.scopes[1]])
    }
  }
  return found
}

function byCodeMirror(text) {
  const parser = odxLanguage.streamParser
  const found = []
  const state = parser.startState(2)
  for (const [at, line] of lines(text)) {
    const stream = new StringStream(line, 2, 2)
    while (!stream.eol()) {
      stream.start = stream.pos
      const tag = parser.token(stream, state)
      if (stream.pos === stream.start) throw new Error(`no progress in: ${line}`)
      if (tag) found.push([at + stream.start, at + stream.pos, tag])
    }
  }
  return found
}

const all = {}
for (const file of files) {
  const text = fs.readFileSync(file, 'utf8')
  all[file] = { textmate: byTextMate(text), codemirror: byCodeMirror(text) }
}
process.stdout.write(JSON.stringify(all))
