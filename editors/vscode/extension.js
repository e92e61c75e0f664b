// extension.js — starts `odx lsp` and connects it; all that is known of the language is there.
const vscode = require('vscode')
const { LanguageClient, TransportKind } = require('vscode-languageclient/node')

let client
let output
const asked = { data: undefined, at: '+1m' } // the last answers, offered again

function start() {
  const command = vscode.workspace.getConfiguration('oddex').get('path')
  const server = { command, args: ['lsp'], transport: TransportKind.stdio }
  const options = { documentSelector: [{ language: 'odx' }] }

  client = new LanguageClient('oddex', 'Oddex', server, options)
  return client.start().catch(() =>
    vscode.window.showErrorMessage(`"${command} lsp" cannot be started. Set "oddex.path" to where odx is.`)
  )
}

async function restart() {
  await client?.stop()
  await start()
}

// Runs the test blocks (or the one of that title) and lists what happened.
async function runTests(uri, only) {
  const params = { textDocument: { uri }, ...(only ? { only } : {}) }
  const { tests } = await client.sendRequest('odx/test', params)

  show(tests.flatMap((t) => [`${t.passed ? 'ok  ' : 'FAIL'} ${t.test}`, ...t.messages.map((m) => `     ${m}`)]))
}

function show(lines) {
  output ??= vscode.window.createOutputChannel('Oddex')
  output.clear()
  for (const line of lines) output.appendLine(line)
  output.show(true)
}

async function askForTicks(document) {
  const filters = { Ticks: ['csv', 'gz'] }
  const picked = await vscode.window.showOpenDialog({ title: 'Recorded ticks', filters, canSelectMany: true, defaultUri: document.uri })
  asked.data = picked?.map((file) => file.fsPath)
}

// The truth of every condition of the rule under the cursor, at one moment of recorded ticks.
async function why(again) {
  const { document, selection } = vscode.window.activeTextEditor
  if (!again || !asked.data) await askForTicks(document)
  if (!asked.data) return
  const prompt = 'When? 2026-04-13T12:00:00, or +90s from the first tick'
  const at = await vscode.window.showInputBox({ title: 'Why did this rule fire, or not?', prompt, value: asked.at })
  if (!at) return
  asked.at = at
  const textDocument = { uri: document.uri.toString() }
  const position = { line: selection.active.line, character: selection.active.character }
  const told = await client.sendRequest('odx/why', { textDocument, position, data: asked.data, at }).catch((e) => e)
  if (told instanceof Error) return vscode.window.showErrorMessage(told.message)
  show(told.rules.flatMap((r) => [`rule ${r.rule}: ${r.label} — its condition is ${r.truth}`, ...r.conditions.map(condition)]))
}

function condition(c) {
  const values = c.left === undefined ? '' : `   [${c.left ?? '?'} ${c.op} ${c.right ?? '?'}]`
  return `  ${c.must_change ? '>' : ' '} ${c.truth.padEnd(7)} ${'  '.repeat(c.depth)}${c.text}${values}`
}

// Modules of the compiler's own, which no disk has.
const modules = {
  provideTextDocumentContent: async (uri) => (await client.sendRequest('odx/module', { uri: uri.toString(true) }))?.text,
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('oddex.restart', restart),
    vscode.commands.registerCommand('oddex.why', () => why(false)),
    vscode.commands.registerCommand('oddex.whyAgain', () => why(true)),
    vscode.commands.registerCommand('odx.runTest', runTests),
    vscode.commands.registerCommand('odx.runTests', (uri) => runTests(uri)),
    vscode.workspace.registerTextDocumentContentProvider('odx', modules),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('oddex.path')) restart()
    })
  )
  return start()
}

exports.deactivate = () => client?.stop()
