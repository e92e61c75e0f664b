// extension.mjs ODX: the VS Code extension in front of the real server, with as much of VS Code as it uses made up.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const odx = path.resolve(process.argv[2])
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const file = path.join(root, 'tests/golden/cli/files/clean.odx')
const text = readFileSync(file, 'utf8')
let passed = 0
let failed = 0

function check(what, ok, got) {
  if (ok) passed++
  else failed++
  if (!ok) console.log(`FAIL ${what}: ${JSON.stringify(got)}`)
}

class LanguageClient {
  constructor(id, name, server) {
    this.server = server
    this.answers = new Map()
    this.bytes = Buffer.alloc(0)
  }
  async start() {
    this.child = spawn(this.server.command, this.server.args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.child.stdout.on('data', (bytes) => this.take(bytes))
    await this.sendRequest('initialize', { capabilities: {} })
    this.send({ method: 'textDocument/didOpen', params: { textDocument: { uri: String(pathToFileURL(file)), version: 1, text } } })
  }
  async stop() {
    this.child.stdin.end()
    await new Promise((done) => this.child.on('exit', done))
  }
  send(message) {
    const bytes = Buffer.from(JSON.stringify(message))
    this.child.stdin.write(`Content-Length: ${bytes.length}\r\n\r\n`)
    this.child.stdin.write(bytes)
  }
  sendRequest(method, params) {
    const id = this.answers.size + 1
    this.send({ id, method, params })
    return new Promise((done, fail) => this.answers.set(id, (m) => (m.error ? fail(new Error(m.error.message)) : done(m.result))))
  }
  take(bytes) {
    this.bytes = Buffer.concat([this.bytes, bytes])
    for (;;) {
      const head = this.bytes.indexOf('\r\n\r\n')
      const size = Number(/Content-Length: (\d+)/.exec(this.bytes.subarray(0, Math.max(head, 0)))?.[1])
      if (head < 0 || this.bytes.length < head + 4 + size) return
      const message = JSON.parse(this.bytes.subarray(head + 4, head + 4 + size))
      this.bytes = this.bytes.subarray(head + 4 + size)
      this.answers.get(message.id)?.(message)
    }
  }
}

const commands = new Map()
const said = []
let lines = []
let dialogs = 0
let when = '2026-04-13T12:02:11'
const line = text.split('\n').findIndex((l) => l.startsWith('when'))
const document = { uri: pathToFileURL(file) }
const vscode = {
  commands: { registerCommand: (name, run) => commands.set(name, run) },
  window: {
    activeTextEditor: { document, selection: { active: { line, character: 2 } } },
    createOutputChannel: () => ({ clear: () => (lines = []), appendLine: (l) => lines.push(l), show: () => {} }),
    showErrorMessage: (message) => said.push(message),
    showInputBox: async () => when,
    showOpenDialog: async () => (dialogs++, [{ fsPath: path.join(path.dirname(file), 'ticks.csv') }]),
  },
  workspace: {
    getConfiguration: () => ({ get: () => odx }),
    registerTextDocumentContentProvider: (scheme, provider) => commands.set(scheme, provider),
    onDidChangeConfiguration: () => {},
  },
}
const made = { vscode, 'vscode-languageclient/node': { LanguageClient, TransportKind: { stdio: 0 } } }
const load = Module._load
Module._load = (name, ...more) => made[name] ?? load(name, ...more)

const extension = createRequire(import.meta.url)(path.join(root, 'editors/vscode/extension.js'))
await extension.activate({ subscriptions: [] })
await commands.get('odx.runTests')(String(document.uri))
check('tests', lines.length === 2 && lines.every((l) => l.startsWith('ok   ')), lines)
await commands.get('oddex.why')()
check('why', lines[0] === 'rule 1: The leader, while the book is tight. — its condition is yes' && lines.length === 4, lines)
check('values', lines[2] === '    yes       leads   [0.705 > 0.6]', lines)
when = '+2m'
await commands.get('oddex.whyAgain')()
check('again', dialogs === 1 && lines[3].startsWith('  > no        slot.left < 3m'), lines)
when = 'noon'
await commands.get('oddex.whyAgain')()
check('no time', said.join() === '`noon` is not a time', said)
const module = await commands.get('odx').provideTextDocumentContent({ toString: () => 'odx:std/bars.odx' })
check('a module of the library', module?.includes('def bar_average'), module)
await extension.deactivate()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
