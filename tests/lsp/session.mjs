// session.mjs ODX MODULES: a published client library (npm vscode-languageserver-protocol) drives `odx lsp`.
//
// Each case sends what an editor sends and looks at what comes back.  The last one edits at random and holds
// the server against a document that was opened with the final text.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [odx, modulesFolder] = process.argv.slice(2)
const files = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../golden/cli/files')
const require = createRequire(path.join(modulesFolder, 'x.js'))
const lsp = require('vscode-languageserver-protocol/node')
const { TextDocument } = require('vscode-languageserver-textdocument')

let passed = 0
let failed = 0

function check(what, ok, got) {
  if (ok) passed++
  else failed++
  if (!ok) console.log(`FAIL ${what}: ${JSON.stringify(got)?.slice(0, 600)}`)
}

const head = `odx 1

strategy "T"

market btc = polymarket "btc-updown-15m"

`

const whole = `${head}param stake = $50 in $10 .. $100 step $10

## How dear it is now.
let quick = ema(up.mid every 1s, 15)
let half  = 50% of cash

def gap(t: token) -> price = t.ask - t.bid

## Buys what is dear.
when quick > 55c and gap(up) < 5c and up.spread < 4c {
  require half > $10 else POOR
  buy stake of up at market within 2c
}

risk {
  stop loss     30%
  max position  $200
  max trades    1 per slot
}

test "buys" {
  given up.bid = 59c, up.ask = 61c
  after 20s  expect buy $50 of up
}

layout {
  quick at 10, 20
}
`

// ---- a session -----------------------------------------------------------------------------------

async function connect(capabilities = {}, initializationOptions = undefined, rootUri = null) {
  const child = spawn(odx, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const c = lsp.createProtocolConnection(new lsp.StreamMessageReader(child.stdout), new lsp.StreamMessageWriter(child.stdin))
  const s = { child, c, pushed: new Map(), waiting: [], count: 0 }
  s.closed = new Promise((done) => child.on('exit', (code) => done(code)))
  c.onNotification(lsp.PublishDiagnosticsNotification.type, (p) => {
    s.pushed.set(p.uri, p)
    for (const w of s.waiting.splice(0)) w()
  })
  s.refreshed = 0
  c.onRequest(lsp.CodeLensRefreshRequest.type, () => {
    s.refreshed++
  })
  c.listen()
  s.init = await c.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri,
    initializationOptions,
    capabilities: {
      general: { positionEncodings: ['utf-8', 'utf-16'] },
      textDocument: { completion: { completionItem: { snippetSupport: true } }, diagnostic: {} },
      ...capabilities,
    },
  })
  c.sendNotification(lsp.InitializedNotification.type, {})
  return s
}

async function end(s) {
  await s.c.sendRequest(lsp.ShutdownRequest.type)
  s.c.sendNotification(lsp.ExitNotification.type)
  const code = await s.closed
  s.c.dispose()
  return code
}

function open(s, text, uri = `file:///t/${s.count++}.odx`) {
  s.c.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'odx', version: 1, text: text.replace('|', '') },
  })
  const doc = TextDocument.create(uri, 'odx', 1, text.replace('|', ''))
  const at = text.includes('|') ? text.indexOf('|') : 0
  return { uri, doc, textDocument: { uri }, position: doc.positionAt(at) }
}

const at = (d, needle, shift = 0) => ({ textDocument: d.textDocument, position: d.doc.positionAt(d.doc.getText().indexOf(needle) + shift) })
const all = (d) => ({ start: { line: 0, character: 0 }, end: d.doc.positionAt(d.doc.getText().length) })
const pull = (s, d) => s.c.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument: d.textDocument })
const apply = (d, edits) => TextDocument.applyEdits(d.doc, edits)

// ---- cases ---------------------------------------------------------------------------------------

async function diagnostics(s) {
  const d = open(s, `${head}when abs_move > 3 { buy $5 of up at market within 2c }\n`)
  const { kind, items } = await pull(s, d)
  const percent = items.find((i) => i.code === 'ODX104')
  check('pull is full', kind === 'full', kind)
  check('ODX104', percent?.severity === 1 && percent.source === 'odx', items)
  check('its range', d.doc.getText(percent.range) === '3', percent)
  check('its marks', percent.relatedInformation?.length >= 1, percent)
  const idle = open(s, `${head}let unused = up.mid\nwhen move > 3% { buy $5 of up at market within 2c }\n`)
  check('unused is tagged', (await pull(s, idle)).items.some((i) => i.code === 'ODX501' && i.tags?.includes(1)))
  const clean = open(s, whole)
  check('a whole file has no errors', (await pull(s, clean)).items.every((i) => i.severity > 1), (await pull(s, clean)).items)
}

async function completion(s) {
  const by = async (text) => (await s.c.sendRequest(lsp.CompletionRequest.type, open(s, text))).items
  const first = (items) => [...items].sort((a, b) => (a.sortText < b.sortText ? -1 : 1))[0]
  const prices = await by(`${head}when up.spread < |`)
  check('prices first', first(prices).label === '5c', first(prices))
  check('written with c', first(prices).textEdit.newText === '${1:5}c', first(prices))
  check('percentages', first(await by(`${head}when abs_move > |`)).label === '3%')
  check('sizes behind buy', first(await by(`${head}when up.mid > 50c { buy |`)).label === '$50')
  const limits = await by(`${head}risk { stop loss 30% | }`)
  check('limits not yet present', limits.some((i) => i.label === 'take profit') && !limits.some((i) => i.label === 'stop loss'), limits)
  check('rules as snippets', (await by(`${head}|`)).some((i) => i.label === 'when' && i.insertTextFormat === 2))
  const field = await by(`${head}when up.spr|`)
  check('a word is replaced', field.find((i) => i.label === 'spread')?.textEdit.range.start.character === 8, field[0])
}

async function hover(s) {
  const d = open(s, whole)
  const of = async (needle, shift) => (await s.c.sendRequest(lsp.HoverRequest.type, at(d, needle, shift)))?.contents.value ?? ''
  const quick = await of('quick =')
  check('unit', quick.includes('price · shared'), quick)
  check('readiness', quick.includes('ready 15 s'), quick)
  check('proved interval', quick.includes('0c to $1'), quick)
  check('doc comment', quick.includes('How dear it is now.'), quick)
  check('per wallet', (await of('half  =')).includes('per wallet'), await of('half  ='))
  check('a rule in words', (await of('when quick')).includes('as soon as quick > 55c'), await of('when quick'))
  const help = await s.c.sendRequest(lsp.SignatureHelpRequest.type, at(d, ', 15)', 2))
  check('signature', help.signatures[0].label.startsWith('ema(x, steps)') && help.activeParameter === 1, help)
}

async function hints(s) {
  const d = open(s, whole.replace(' within 2c', ''))
  const labels = (await s.c.sendRequest(lsp.InlayHintRequest.type, { textDocument: d.textDocument, range: all(d) })).map((h) => h.label)
  check('readiness hint', labels.includes('ready 15 s'), labels)
  check('wallet hint', labels.includes('per wallet'), labels)
  check('bound hint', labels.includes('no bound'), labels)
}

async function actions(s) {
  const ask = async (d, range, only) => s.c.sendRequest(lsp.CodeActionRequest.type, { textDocument: d.textDocument, range, context: { diagnostics: [], only } })
  const d = open(s, `${head}when abs_move > 3 { buy $5 of up at market }\n`)
  const found = await ask(d, all(d))
  const safe = found.find((a) => a.data?.class === 'safe')
  check('a safe fix', safe?.isPreferred && apply(d, safe.edit.documentChanges[0].edits).includes('abs_move > 3%'), found)
  const d2 = open(s, `${head}when abs_move > 3% { buy $5 of up at market }\n`)
  const suggested = (await ask(d2, all(d2))).find((a) => a.data?.class === 'suggested' && a.diagnostics[0].code === 'ODX403')
  check('a suggested fix', suggested && apply(d2, suggested.edit.documentChanges[0].edits).includes('within 2c'), suggested)
  const d3 = open(s, `${head}when slot.progress > 0.5 { buy $5 of up at market within 2c }\n`)
  check('a choice', (await ask(d3, all(d3))).some((a) => a.data?.class === 'choice'), await ask(d3, all(d3)))
  const d4 = open(s, whole)
  const pick = async (needle, length, kind, title) => {
    const begin = d4.doc.getText().indexOf(needle)
    const range = { start: d4.doc.positionAt(begin), end: d4.doc.positionAt(begin + length) }
    const action = (await ask(d4, range, [kind])).find((a) => a.title.includes(title))
    return action ? apply(d4, action.edit.documentChanges[0].edits) : ''
  }
  check('extract let', (await pick('gap(up) < 5c', 12, 'refactor', 'extract')).includes('let value = gap(up) < 5c'))
  check('inline let', (await pick('quick =', 0, 'refactor.inline', 'inline')).includes('when (ema(up.mid every 1s, 15)) > 55c') || (await pick('quick =', 0, 'refactor.inline', 'inline')).includes('when ema(up.mid every 1s, 15) > 55c'))
  check('number to param', (await pick('55c', 0, 'refactor', 'param')).includes('param knob = 55c'))
  check('wrap in test', (await pick('when quick', 0, 'refactor', 'test')).includes('test "Buys what is dear."'))
  check('fix all', (await ask(d, all(d), ['source.fixAll'])).length === 1)
}

async function rename(s) {
  const d = open(s, whole)
  const prepared = await s.c.sendRequest(lsp.PrepareRenameRequest.type, at(d, 'quick >'))
  check('prepared', prepared.placeholder === 'quick', prepared)
  const edit = await s.c.sendRequest(lsp.RenameRequest.type, { ...at(d, 'quick >'), newName: 'pace' })
  const after = apply(d, edit.changes[d.uri])
  check('all uses', after.includes('let pace =') && after.includes('when pace > 55c') && after.includes('pace at 10, 20') && !after.includes('quick'), after)
  const refused = async (needle, newName) =>
    s.c.sendRequest(lsp.RenameRequest.type, { ...at(d, needle), newName }).then((r) => r, (e) => e.message)
  check('a capture is refused', String(await refused('quick >', 'half')).includes('already'), await refused('quick >', 'half'))
  check('a field is not captured', String(await refused('quick >', 'cash')).includes('already'), await refused('quick >', 'cash'))
  check('a word is refused', String(await refused('quick >', 'when')).includes('word of the language'))
  check('a bad name is refused', String(await refused('quick >', 'Pace!')).includes('small letters'))
  const none = await s.c.sendRequest(lsp.PrepareRenameRequest.type, at(d, 'spread')).then(() => 'yes', (e) => e.message)
  check('fields have no new name', none.includes('no name'), none)
}

async function navigation(s) {
  const d = open(s, whole)
  const text = (range) => d.doc.getText(range)
  const definition = await s.c.sendRequest(lsp.DefinitionRequest.type, at(d, 'gap(up)'))
  check('definition', definition.uri === d.uri && text(definition.range) === 'gap', definition)
  const references = await s.c.sendRequest(lsp.ReferencesRequest.type, { ...at(d, 'stake of'), context: { includeDeclaration: true } })
  check('references', references.length === 2 && references.every((r) => text(r.range) === 'stake'), references)
  const marks = await s.c.sendRequest(lsp.DocumentHighlightRequest.type, at(d, 'POOR'))
  check('highlights', marks.length === 1 && text(marks[0].range) === 'POOR', marks)
  const outline = await s.c.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: d.textDocument })
  check('outline', outline.map((o) => o.name).join() === 'btc,stake,quick,half,gap,Buys what is dear.,risk,buys', outline.map((o) => o.name))
  check('outline says units', outline.find((o) => o.name === 'quick').detail?.includes('price'), outline)
  const found = await s.c.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: 'qck' })
  check('workspace symbols', found.some((f) => f.name === 'quick'), found)
  const [item] = await s.c.sendRequest(lsp.CallHierarchyPrepareRequest.type, at(d, 'gap(up)'))
  const incoming = await s.c.sendRequest(lsp.CallHierarchyIncomingCallsRequest.type, { item })
  check('incoming calls', incoming.length === 1 && incoming[0].from.name === 'Buys what is dear.', incoming)
  const outgoing = await s.c.sendRequest(lsp.CallHierarchyOutgoingCallsRequest.type, { item: incoming[0].from })
  check('outgoing calls', outgoing.length === 1 && outgoing[0].to.name === 'gap', outgoing)
  const m = open(s, 'odx 1\nuse "std/bars"\nstrategy "T"\nmarket btc = polymarket "btc-updown-15m"\nshow a = bar_average(up.mid, 1m, 3)\n')
  const [link] = await s.c.sendRequest(lsp.DocumentLinkRequest.type, { textDocument: m.textDocument })
  check('link on use', link.target === 'odx:std/bars.odx', link)
  const there = await s.c.sendRequest(lsp.DefinitionRequest.type, at(m, 'bar_average'))
  check('definition in a module', there.uri === 'odx:std/bars.odx' && there.range.start.line > 0, there)
  const module = await s.c.sendRequest('odx/module', { uri: there.uri })
  check('text of a module', module.text.includes('def bar_average'), module)
}

async function shape(s) {
  const d = open(s, whole)
  const folds = await s.c.sendRequest(lsp.FoldingRangeRequest.type, { textDocument: d.textDocument })
  check('folding', folds.length === 4 && folds.some((f) => f.kind === 'region'), folds)
  const [grown] = await s.c.sendRequest(lsp.SelectionRangeRequest.type, { textDocument: d.textDocument, positions: [at(d, '55c').position] })
  const texts = []
  for (let r = grown; r; r = r.parent) texts.push(d.doc.getText(r.range))
  check('selection grows', texts[1] === '55c' && texts[2] === 'quick > 55c' && texts.at(-1).startsWith('odx 1') && texts.at(-1).trimEnd() === d.doc.getText().trimEnd(), texts.at(-1))
  const lenses = await s.c.sendRequest(lsp.CodeLensRequest.type, { textDocument: d.textDocument })
  check('lenses', lenses.some((l) => l.command.title === 'run test'), lenses)
  const messy = open(s, whole.replace('let half  = 50% of cash', 'let  half=50%   of cash').replace('stop loss     30%', 'stop loss 30%'))
  const edits = await s.c.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument: messy.textDocument, options: {} })
  const range = { start: messy.doc.positionAt(messy.doc.getText().indexOf('let  half')), end: messy.doc.positionAt(messy.doc.getText().indexOf('let  half') + 5) }
  const some = await s.c.sendRequest(lsp.DocumentRangeFormattingRequest.type, { textDocument: messy.textDocument, range, options: {} })
  check('formatting', apply(messy, edits) === whole, edits)
  check('formatting is small', edits.length === 2, edits)
  check('range formatting', some.length === 1 && apply(messy, some).includes('let half  = 50% of cash'), some)
  check('a formatted file stays', (await s.c.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument: d.textDocument, options: {} })).length === 0)
}

async function tokens(s) {
  const d = open(s, `${head}# a note\nlet gr = up.mid # grüße 🙂 weiter\nwhen gr > 5c { buy $5 of up at market }\n`)
  const legend = s.init.capabilities.semanticTokensProvider.legend
  const { data } = await s.c.sendRequest(lsp.SemanticTokensRequest.type, { textDocument: d.textDocument })
  const found = []
  const lines = d.doc.getText().split('\n')
  let line = 0
  let character = 0
  for (let i = 0; i < data.length; i += 5) {
    character = data[i] ? data[i + 1] : character + data[i + 1]
    line += data[i]
    found.push([lines[line].slice(character, character + data[i + 2]), legend.tokenTypes[data[i + 3]], data[i + 4]])
  }
  const kind = (text) => found.find((f) => f[0] === text)?.[1]
  check('five numbers a token', data.length % 5 === 0 && found.length > 15, data.length)
  check('kinds', kind('odx') === 'keyword' && kind('"T"') === 'string' && kind('5c') === 'number' && kind('btc') === 'namespace', found)
  check('names', kind('gr') === 'variable' && kind('mid') === 'property' && kind('# a note') === 'comment', found)
  check('a definition is marked', found.find((f) => f[0] === 'gr')[2] & 1, found)
  check('UTF-16 columns', kind('# grüße 🙂 weiter') === 'comment', found)
}

async function custom(s) {
  const d = open(s, `${head}when up.mid > 60c and up.spread < 4c {\n  buy $50 of up at market\n}\n\nrisk {\n  stop loss     30%\n}\n`)
  const form = await s.c.sendRequest('odx/form', { textDocument: d.textDocument })
  check('a form with its version', form.version === 1 && form.document?.mode === 'form', form)
  form.document.name = 'Other'
  const back = await s.c.sendRequest('odx/form', { textDocument: { uri: d.uri, version: 1 }, document: form.document })
  check('a form comes back as edits', apply(d, back.edits).includes('strategy "Other"') && back.edits.length === 1, back)
  const old = await s.c.sendRequest('odx/form', { textDocument: { uri: d.uri, version: 0 }, document: form.document }).then(() => 0, (e) => e.code)
  check('an old version is refused', old === -32801, old)
  const bad = await s.c.sendRequest('odx/form', { textDocument: { uri: d.uri, version: 1 }, document: { mode: 'form', conditions: 3 } })
  check('a bad form says why', bad.edits === null && bad.findings.length > 0, bad)
  const w = open(s, whole)
  const not = await s.c.sendRequest('odx/form', { textDocument: w.textDocument })
  check('what no form can say', not.document === null && not.findings.some((f) => f.code === 'ODX610'), not)
  const graph = await s.c.sendRequest('odx/graph', { textDocument: d.textDocument })
  check('a graph with its version', graph.version === 1 && graph.document?.nodes.length > 2 && graph.document.edges.length > 1, graph)
  graph.document.name = 'Drawn'
  const drawn = await s.c.sendRequest('odx/graph', { textDocument: { uri: d.uri, version: 1 }, document: graph.document })
  check('a graph comes back as edits', drawn.edits && apply(d, drawn.edits).includes('strategy "Drawn"'), drawn)
  const canvas = open(s, JSON.stringify(graph.document), 'file:///t/graph.json')
  const told = await s.c.sendRequest('odx/text', { textDocument: canvas.textDocument })
  check('a graph as text', told.document?.includes('strategy "Drawn"'), told)
  const said = await s.c.sendRequest('odx/text', { textDocument: { uri: canvas.uri, version: 1 }, document: told.document.replace('60c', '61c') })
  check('a text comes back to a graph', said.edits && JSON.parse(apply(canvas, said.edits)).nodes.length === graph.document.nodes.length, said)
  const cost = await s.c.sendRequest('odx/cost', { textDocument: w.textDocument })
  check('cost', cost.words > 0 && cost.text.length > 0, cost)
  const tests = await s.c.sendRequest('odx/test', { textDocument: w.textDocument })
  check('tests run', tests.tests.length === 1 && tests.tests[0].test === 'buys' && Array.isArray(tests.fired), tests)
  const lenses = await s.c.sendRequest(lsp.CodeLensRequest.type, { textDocument: w.textDocument })
  check('what the tests reached', lenses.some((l) => l.command.title === '1 of 1 reached' || l.command.title === '0 of 1 reached'), lenses)
  check('lenses are asked for again', s.refreshed === 1, s.refreshed)
  const json = open(s, JSON.stringify(form.document), 'file:///t/form.json')
  check('a JSON document is checked', (await pull(s, json)).items.every((i) => i.severity > 1), await pull(s, json))
  const text = await s.c.sendRequest('odx/text', { textDocument: json.textDocument })
  check('a form as text', text.document.includes('strategy "Other"'), text)
  const broken = open(s, JSON.stringify({ ...form.document, nonsense: 1 }), 'file:///t/broken.json')
  const [finding] = (await pull(s, broken)).items.filter((i) => i.code === 'ODX601')
  check('findings at places of the JSON', broken.doc.getText(finding.range).includes('nonsense'), finding)
}

// A project: a module, one that hands it on, strategies that use them; some open, some on disk only.
async function modules() {
  const folder = path.join(modulesFolder, 'project')
  const uri = (name) => pathToFileURL(path.join(folder, name)).href
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  const sizes = 'odx 1\nmodule "Sizes"\n\n## How much.\nparam stake = $50 in $10 .. $100 step $10\n\ndef twice(x: usd) = x * 2\n\nlet double = twice(stake)\n'
  const user = (use, body) => `odx 1\nuse "${use}"\nstrategy "T"\nmarket btc = polymarket "btc-updown-15m"\nwhen up.mid > 55c { buy ${body} of up at market within 2c }\n`
  rmSync(folder, { recursive: true, force: true })
  write('odx.toml', '')
  write('lib/sizes.odx', sizes)
  write('lib/more.odx', 'odx 1\nmodule "More"\nuse "sizes.odx"\nlet most = twice(twice(stake))\n')
  write('a.odx', user('lib/sizes.odx', 'stake'))
  write('b.odx', user('lib/../lib/more.odx', 'twice(stake)'))
  write('c.odx', user('lib/sizes.odx', '$5').replace('when', 'let stake = $7\nwhen'))
  write('d.odx', user('other.odx', '$5'))
  write('other.odx', 'odx 1\nmodule "Other"\nlet stake = 3\n')
  const s = await connect({ general: { positionEncodings: ['utf-16'] } }, undefined, pathToFileURL(folder).href)
  const read = (name) => open(s, readFileSync(path.join(folder, name), 'utf8'), uri(name))
  const a = read('a.odx')
  const applied = (name, edit) => TextDocument.applyEdits(TextDocument.create(uri(name), 'odx', 1, readFileSync(path.join(folder, name), 'utf8')), edit.changes[uri(name)] ?? [])
  const rename = (d, needle, newName) => s.c.sendRequest(lsp.RenameRequest.type, { ...at(d, needle), newName }).then((r) => r, (e) => e.message)
  const there = await s.c.sendRequest(lsp.DefinitionRequest.type, at(a, 'stake of'))
  check('modules: definition', there.uri === uri('lib/sizes.odx') && there.range.start.line === 4 && there.range.start.character === 6, there)
  const told = await s.c.sendRequest(lsp.ReferencesRequest.type, { ...at(a, 'stake of'), context: { includeDeclaration: true } })
  const count = (name) => told.filter((r) => r.uri === uri(name)).length
  check('modules: references', count('a.odx') === 1 && count('b.odx') === 1 && count('lib/sizes.odx') === 2 && count('lib/more.odx') === 1 && told.length === 5, told)
  const edit = await rename(a, 'stake of', 'amount')
  check('modules: who is edited', Object.keys(edit.changes ?? {}).sort().join() === ['a.odx', 'b.odx', 'lib/more.odx', 'lib/sizes.odx'].map(uri).sort().join(), edit)
  check('modules: what is written', applied('a.odx', edit).includes('buy amount of') && applied('b.odx', edit).includes('twice(amount)') && applied('lib/sizes.odx', edit).includes('param amount =') && applied('lib/sizes.odx', edit).includes('twice(amount)') && applied('lib/more.odx', edit).includes('twice(twice(amount))'), edit)
  const [closed] = await s.c.sendRequest(lsp.CallHierarchyPrepareRequest.type, at(read('b.odx'), 'twice('))
  s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri: uri('b.odx') } })
  check('modules: calls of a module on disk', closed.uri === uri('lib/sizes.odx') && (await s.c.sendRequest(lsp.CallHierarchyIncomingCallsRequest.type, { item: closed })).length === 3, closed)
  const m = read('lib/sizes.odx')
  const prepared = await s.c.sendRequest(lsp.PrepareRenameRequest.type, at(m, 'twice('))
  check('modules: prepared in the module', prepared.placeholder === 'twice', prepared)
  check('modules: from the module', Object.keys((await rename(m, 'twice(', 'pair')).changes).length === 3, await rename(m, 'twice(', 'pair'))
  check('modules: an input stays at home', Object.keys((await rename(m, 'x: usd', 'y')).changes).join() === m.uri)
  check('modules: a name of a user', (await rename(a, 'stake of', 'btc')).includes('stands for something else'), await rename(a, 'stake of', 'btc'))
  check('modules: a name of the module', (await rename(a, 'stake of', 'double')).includes('stands for something else'), await rename(a, 'stake of', 'double'))
  check('modules: a name of a user on disk', (await rename(m, 'twice(', 'up')).includes('stands for something else'), await rename(m, 'twice(', 'up'))
  const [called] = await s.c.sendRequest(lsp.CallHierarchyPrepareRequest.type, at(m, 'twice('))
  const callers = await s.c.sendRequest(lsp.CallHierarchyIncomingCallsRequest.type, { item: called })
  check('modules: incoming calls', callers.map((x) => x.from.name).sort().join() === 'double,most,when up.mid > 55c', callers)
  const from = callers.find((x) => x.from.uri === uri('lib/more.odx')).from
  const more = read('lib/more.odx')
  const callees = await s.c.sendRequest(lsp.CallHierarchyOutgoingCallsRequest.type, { item: from })
  check('modules: outgoing calls', callees.length === 1 && callees[0].to.uri === m.uri && callees[0].fromRanges.length === 2, callees)
  s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: more.textDocument })
  const symbols = await s.c.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: 'mst' })
  check('modules: symbols on disk', symbols.length === 1 && symbols[0].location.uri === uri('lib/more.odx'), symbols)
  // what an editor has open counts, not what is on disk
  const b = read('b.odx')
  s.c.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: b.uri, version: 2 }, contentChanges: [{ text: user('lib/more.odx', '$5') }] })
  check('modules: open before disk', !Object.keys((await rename(a, 'stake of', 'amount')).changes).includes(b.uri))
  s.c.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: b.uri, version: 3 }, contentChanges: [{ text: 'odx 1\nuse "lib/sizes.odx"\nstrategy "T"\nlet = = stake\n' }] })
  check('modules: a user that cannot be read', (await rename(a, 'stake of', 'amount')).includes('b.odx: a part of this file cannot be read'), await rename(a, 'stake of', 'amount'))
  s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: b.textDocument })
  // modules that somebody holds to their bytes
  const hash = createHash('sha256').update(sizes).digest('hex')
  write('e.odx', user('lib/sizes.odx', '$5').replace('sizes.odx"', `sizes.odx" pin "${hash}"`))
  check('modules: pinned', (await rename(a, 'stake of', 'amount')).includes('sizes.odx: this module is pinned'), await rename(a, 'stake of', 'amount'))
  rmSync(path.join(folder, 'e.odx'))
  write('odx.lock', `${hash} lib/sizes.odx\n`)
  check('modules: locked', (await rename(a, 'stake of', 'amount')).includes('sizes.odx: this module is locked'), await rename(a, 'stake of', 'amount'))
  rmSync(path.join(folder, 'odx.lock'))
  const std = open(s, user('std/bars', '$5').replace('when up.mid', 'when bar_average(up.mid, 1m, 3)'), uri('f.odx'))
  const library = await s.c.sendRequest(lsp.PrepareRenameRequest.type, at(std, 'bar_average')).then(() => 'yes', (e) => e.message)
  check('modules: of the library', library.includes('library of the language'), library)
  // a drawing that uses the module
  const graph = (await s.c.sendRequest('odx/graph', { textDocument: a.textDocument })).document
  write('drawn.json', JSON.stringify(graph))
  check('modules: a drawing that uses it', JSON.stringify(graph).includes('lib/sizes.odx') && String(await rename(a, 'stake of', 'amount')).includes('drawn.json: '), await rename(a, 'stake of', 'amount'))
  const drawn = open(s, JSON.stringify(graph), uri('drawn.json'))
  const json = await s.c.sendRequest(lsp.PrepareRenameRequest.type, at(drawn, 'stake')).then(() => 'yes', (e) => e.message)
  check('modules: names in JSON', json.includes('JSON document'), json)
  await end(s)
}

// Why a rule fired or not: the same answer as `odx why --json`, for what stands in the editor.
async function why(s) {
  const uri = (name) => pathToFileURL(path.join(files, name)).href
  const say = (name, ...words) => execFileSync(odx, ['why', path.join(files, name), '--data', path.join(files, 'ticks.csv'), '--json', ...words], { encoding: 'utf8' })
  const told = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line))
  const text = readFileSync(path.join(files, 'clean.odx'), 'utf8')
  const d = open(s, text, uri('clean.odx'))
  const ask = (more) => s.c.sendRequest('odx/why', { textDocument: d.textDocument, data: 'ticks.csv', at: '+2m', ...more }).then((r) => r, (e) => e.message)
  const all = await ask({})
  check('why: all rules', JSON.stringify(all.rules) === JSON.stringify(told(say('clean.odx', '--at', '+2m'))) && all.version === 1, all)
  check('why: the tree', all.rules[0].conditions.length === 3 && all.rules[0].conditions[2].must_change, all.rules?.[0])
  const late = await ask({ at: '2026-04-13T12:02:11' })
  const range = { start: at(d, 'buy stake').position, end: at(d, 'buy stake').position }
  const actions = await s.c.sendRequest(lsp.CodeActionRequest.type, { textDocument: d.textDocument, range, context: { diagnostics: [], only: ['refactor.rewrite'] } })
  const action = actions.find((x) => x.title === 'write a `test` from the last replay')
  const tested = open(s, apply(d, action?.edit.documentChanges[0].edits ?? []), uri('tested.odx'))
  const ran = await s.c.sendRequest('odx/test', { textDocument: tested.textDocument, only: 'the replay at 2026-04-13T12:02:11' })
  check('why: the replay as a test', late.test.includes('expect buy $20 of up') && ran.tests.length === 1 && ran.tests[0].passed && ran.tests[0].orders === 1, [late.test, ran])
  check('why: a place', JSON.stringify((await ask({ position: at(d, 'stake of').position })).rules) === JSON.stringify(all.rules))
  check('why: a label', (await ask({ rule: 'The leader, while the book is tight.' })).rules.length === 1)
  check('why: a number and a list', (await ask({ rule: 1, data: ['m=ticks.csv'], params: ['stake=$10'], at: '2026-04-13T12:02:11' })).rules?.[0].truth === 'yes')
  check('why: no rule there', (await ask({ position: at(d, 'param').position })) === 'no rule stands here')
  check('why: no such rule', (await ask({ rule: 7 })).includes('no rule `7`'), await ask({ rule: 7 }))
  check('why: no ticks', (await ask({ data: undefined })).includes('say where they are with `data`'), await ask({ data: undefined }))
  check('why: no file', (await ask({ data: 'nowhere.csv' })).includes('nowhere.csv: No such file'), await ask({ data: 'nowhere.csv' }))
  check('why: standard input is not read', (await ask({ data: '-' })).includes('not from standard input'), await ask({ data: '-' }))
  check('why: no moment', (await ask({ at: undefined })).includes('say when'), await ask({ at: undefined }))
  check('why: no time', (await ask({ at: 'noon' })) === '`noon` is not a time', await ask({ at: 'noon' }))
  check('why: no param', (await ask({ params: ['stake=$700'] })).includes('not a value'), await ask({ params: ['stake=$700'] }))
  const form = open(s, readFileSync(path.join(files, 'form.json'), 'utf8'), uri('form.json'))
  const told2 = await s.c.sendRequest('odx/why', { textDocument: form.textDocument, data: 'ticks.csv', at: '+10s' })
  check('why: of a form', JSON.stringify(told2.rules) === JSON.stringify(told(say('form.json', '--at', '+10s'))), told2)
  const edited = open(s, text.replace('60c', '40c'), uri('clean.odx'))
  const now = await s.c.sendRequest('odx/why', { textDocument: edited.textDocument, data: 'ticks.csv', at: '+2m' })
  check('why: the text of the editor', now.rules[0].conditions[1].right === 0.4, now)
  const broken = open(s, text.replace('60c', '60'), uri('clean.odx'))
  check('why: with errors', (await ask({})) === 'a strategy with errors does not run', await ask({}))
  s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: broken.textDocument })
  s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: form.textDocument })
}

async function trouble(s) {
  const d = open(s, whole)
  const none = await s.c.sendRequest(lsp.HoverRequest.type, { textDocument: { uri: 'file:///nowhere' }, position: { line: 0, character: 0 } }).then(() => '', (e) => e.message)
  check('a document that is not open', none.includes('not open'), none)
  check('a position beyond the end', (await s.c.sendRequest(lsp.HoverRequest.type, { textDocument: d.textDocument, position: { line: 99999, character: 99999 } })) === null)
  const no = await s.c.sendRequest('odx/nonsense', {}).then(() => 0, (e) => e.code)
  check('an unknown method', no === -32601, no)
  const source = new lsp.CancellationTokenSource()
  for (let i = 0; i < 20; i++) void pull(s, d)
  const late = s.c.sendRequest(lsp.HoverRequest.type, at(d, 'quick'), source.token).then(() => 'answered', (e) => e.code)
  source.cancel()
  const answer = await late
  check('a cancelled request is answered once', answer === -32800 || answer === 'answered', answer)
  s.c.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: d.uri, version: 2 }, contentChanges: [{ range: { start: { line: 900, character: 5 }, end: { line: 2, character: 900 } }, text: 'x' }] })
  check('edits out of range', Array.isArray((await pull(s, d)).items))
}

// A client that pulls nothing: findings are pushed, in bytes or UTF-16 as agreed.
async function push() {
  const s = await connect({ general: {}, textDocument: {} })
  check('UTF-16 unless offered', s.init.capabilities.positionEncoding === 'utf-16', s.init.capabilities.positionEncoding)
  const next = () => new Promise((done) => s.waiting.push(done))
  let told = next()
  const d = open(s, `${head}let grün = 1\nwhen abs_move > 3 { buy $5 of up at market }\n`)
  await told
  const got = s.pushed.get(d.uri)
  check('pushed', got.version === 1 && got.diagnostics.length > 0, got)
  told = next()
  s.c.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: d.uri, version: 2 }, contentChanges: [{ text: whole }] })
  await told
  check('pushed again', s.pushed.get(d.uri).version === 2 && s.pushed.get(d.uri).diagnostics.every((i) => i.severity > 1), s.pushed.get(d.uri))
  told = next()
  s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri: d.uri } })
  await told
  check('taken back', s.pushed.get(d.uri).diagnostics.length === 0)
  check('exit', (await end(s)) === 0)
}

async function onSave() {
  const s = await connect({}, { formatOnSave: true })
  const d = open(s, whole.replace('let half  = 50% of cash', 'let  half=50% of cash'))
  const edits = await s.c.sendRequest(lsp.WillSaveTextDocumentWaitUntilRequest.type, { textDocument: d.textDocument, reason: 1 })
  check('formatted on save', apply(d, edits) === whole, edits)
  s.child.kill('SIGKILL')
  await s.closed
  s.c.dispose()
}

async function gone() {
  const s = await connect()
  await pull(s, open(s, whole))
  s.child.stdin.end()
  check('a client that goes away', (await s.closed) === 1)
  s.c.dispose()
}

// Random edits: the client's own document is the truth.
async function edits(s) {
  let seed = 7
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
  const pieces = ['\n', 'up.ask', ' { ', ' } ', '5c', 'let a = ', 'ü', '🙂', '\r\n', '"', '# ', 'when ', '', '(', 'quick', '\t']
  const d = open(s, whole)
  let doc = d.doc
  for (let round = 1; round <= 150; round++) {
    const changes = []
    for (let k = 0; k <= random(3); k++) {
      const begin = random(doc.getText().length + 1)
      const end = Math.min(begin + random(12), doc.getText().length)
      const change = { range: { start: doc.positionAt(begin), end: doc.positionAt(end) }, text: pieces[random(pieces.length)] }
      if (random(10) === 0) [change.range.start, change.range.end] = [change.range.end, change.range.start]
      changes.push(change)
      doc = TextDocument.update(doc, [structuredClone(change)], round + 1)
    }
    s.c.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: d.uri, version: round + 1 }, contentChanges: changes })
    if (round % 10) continue
    const fresh = open(s, doc.getText().replaceAll('|', ''))
    const [a, b] = [await pull(s, d), await pull(s, fresh)]
    const same = (x) => JSON.stringify(x).replaceAll(fresh.uri, d.uri)
    check(`round ${round}: the same findings`, same(a) === same(b), [a, b])
    const symbols = (x) => s.c.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: x.textDocument })
    check(`round ${round}: the same outline`, same(await symbols(d)) === same(await symbols(fresh)))
    s.c.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: fresh.textDocument })
  }
}

// positions are UTF-16 here, because the client's documents count so
const s = await connect({ general: { positionEncodings: ['utf-16'] }, workspace: { codeLens: { refreshSupport: true } } })
for (const test of [diagnostics, completion, hover, hints, actions, rename, navigation, shape, tokens, custom, why, trouble, edits]) {
  await test(s).catch((e) => check(test.name, false, e.stack ?? String(e)))
}
check('shutdown and exit', (await end(s)) === 0)
const bytes = await connect()
check('UTF-8 when offered', bytes.init.capabilities.positionEncoding === 'utf-8')
await end(bytes)
for (const test of [modules, push, onSave, gone]) await test().catch((e) => check(test.name, false, e.stack ?? String(e)))
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
