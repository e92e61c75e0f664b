// extension.js — starts `odx lsp` and connects it; all that is known of the language is there.
const vscode = require('vscode')
const { LanguageClient, TransportKind } = require('vscode-languageclient/node')

let client
let output

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

  output ??= vscode.window.createOutputChannel('Oddex tests')
  output.clear()
  for (const t of tests) {
    output.appendLine(`${t.passed ? 'ok  ' : 'FAIL'} ${t.test}`)
    for (const message of t.messages) output.appendLine(`     ${message}`)
  }
  output.show(true)
}

// Modules of the compiler's own, which no disk has.
const modules = {
  provideTextDocumentContent: async (uri) => (await client.sendRequest('odx/module', { uri: uri.toString(true) }))?.text,
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('oddex.restart', restart),
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
