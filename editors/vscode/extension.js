// extension.js — starts `odx lsp` and connects it; all that is known of the language is there.
const vscode = require('vscode')
const { LanguageClient, TransportKind } = require('vscode-languageclient/node')

let client

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

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('oddex.restart', restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('oddex.path')) restart()
    })
  )
  return start()
}

exports.deactivate = () => client?.stop()
