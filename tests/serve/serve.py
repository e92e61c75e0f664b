#!/usr/bin/env python3
"""serve.py ODDEXD: the real process, asked by clients good, bad, slow and many.

A made-up application is served from a scratch folder which is removed once the server is up: what is
answered afterwards came from memory.  Clients time out here before they wait for ever.
"""
import contextlib, gzip, hashlib, http.client, os, random, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time

ODDEXD = os.path.abspath(sys.argv[1])
PATIENCE = 1            # seconds a client may take here
LATE = 20               # seconds after which a test gives up on the server
LIMIT = 512             # connections, as http_server.c has it
ALWAYS = {
    'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
                               "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
                               "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin', 'X-Frame-Options': 'DENY',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}
LASTING, ASKS = 'public, max-age=31536000, immutable', 'no-cache'
NOISE = random.Random(1).randbytes
FILES = {    # name: (bytes, content type, cache, is it packed)
    'index.html': (b'<!doctype html><title>Oddex</title>' + b'<p>x</p>' * 99, 'text/html; charset=utf-8', ASKS, True),
    'assets/index-Dy3kQb0a.js': (b'console.log(1)\n' * 99, 'text/javascript; charset=utf-8', LASTING, True),
    'assets/index-a_b-c9Zz.css': (b'p{color:red}\n' * 99, 'text/css; charset=utf-8', LASTING, True),
    'assets/inter-B0hfFxUZ.woff2': (NOISE(900), 'font/woff2', LASTING, False),
    'assets/odx-backtest.wasm': (b'\0asm' * 99, 'application/wasm', ASKS, True),
    'assets/a.js': (b'1\n', 'text/javascript; charset=utf-8', ASKS, False),
    'odx.wasm': (b'\0asm' + bytes(999), 'application/wasm', ASKS, True),
    'odx-pages.json': (b'{"a":1}' * 99, 'application/json', ASKS, True),
    'favicon.ico': (b'\0\0\1\0' * 99, 'image/x-icon', ASKS, True),
    'examples/late_mover.odx': (b'odx 1\n' * 99, 'text/plain; charset=utf-8', ASKS, True),
    'data/sample.tape': (NOISE(999), 'application/octet-stream', ASKS, False),
    'data/unknown.kind': (b'a' * 999, 'application/octet-stream', ASKS, False),
    'empty.txt': (b'', 'text/plain; charset=utf-8', ASKS, False),
    'big.bin': (NOISE(16 << 20), 'application/octet-stream', ASKS, False),
}
passed = failed = 0


def check(ok, what):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok: print(f'FAILED {what}', flush=True)
    return ok


# ---- the server and its clients ---------------------------------------------------------------------

def make_root(folder):
    root = os.path.join(folder, 'dist')
    for name, (content, *_) in FILES.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f: f.write(content)
    with open(os.path.join(root, '.hidden'), 'w') as f: f.write('hidden')
    return root


class Server:
    def __init__(self, *args, env=None):
        self.process = subprocess.Popen([ODDEXD, 'serve', '--patience', str(PATIENCE), *args], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})))    # the last --patience counts
        self.url = self.process.stdout.readline().decode().strip()
        self.port = int(re.search(r':(\d+)/$', self.url).group(1)) if self.url else None

    def end(self, how=signal.SIGTERM):
        """(exit status, seconds it took, everything it wrote)."""
        start = time.monotonic()
        if how: self.process.send_signal(how)
        try: out, err = self.process.communicate(timeout=LATE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            return 'late', LATE, out + err
        return self.process.returncode, time.monotonic() - start, self.url.encode() + out + err

    def ask(self, path, method='GET', headers=(), body=None, skip_host=False):
        """(status, headers, body) on a connection of its own."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=LATE)
        connection.putrequest(method, path, skip_host=skip_host, skip_accept_encoding=True)
        for name, value in headers: connection.putheader(name, value)
        if body is not None: connection.putheader('Content-Length', str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        return reply.status, reply.headers, content

    def socket(self):
        s = socket.create_connection(('127.0.0.1', self.port), timeout=LATE)
        return s

    def raw(self, request):
        """The head that comes back on these bytes, or what came before the server hung up."""
        with self.socket() as s:
            with contextlib.suppress(OSError): s.sendall(request)
            return read_all(s, b'\r\n\r\n')

    def is_well(self):
        try: return self.ask('/healthz')[0] == 200
        except (OSError, http.client.HTTPException): return False


def read_all(s, until=None):
    got = bytearray()    # bytes would be copied with every piece, and a busy machine then reads too slowly to be waited for
    with contextlib.suppress(ConnectionError):
        while (not until or until not in got) and (piece := s.recv(1 << 16)): got += piece
    return bytes(got)


# ---- what is answered -------------------------------------------------------------------------------

def check_always(headers, what):
    for name, value in ALWAYS.items(): check(headers.get_all(name) == [value], f'{what}: {name} is {headers.get_all(name)}')
    check(headers['Server'] is None, f'{what}: says what it is')


def check_file(server, name, content, kind, cache, packs):
    path = '/' + name
    status, headers, body = server.ask(path)
    check(status == 200 and body == content, f'{path}: {status}, {len(body)} bytes')
    check_always(headers, path)
    check(headers['Content-Type'] == kind, f"{path}: type {headers['Content-Type']}")
    check(headers['Cache-Control'] == cache, f"{path}: cache {headers['Cache-Control']}")
    check(headers['Content-Encoding'] is None, f'{path}: packed unasked')
    check(headers['Vary'] == ('Accept-Encoding' if packs else None), f"{path}: vary {headers['Vary']}")
    check(headers['ETag'] == f'"{hashlib.sha256(content).hexdigest()[:32]}"', f"{path}: tag {headers['ETag']}")
    check_head(server, path, headers)
    check_packed(server, path, content, headers['ETag'], packs)
    for tag in (headers['ETag'], '*', f'"a", W/{headers["ETag"]}'):
        status, again, body = server.ask(path, headers=[('If-None-Match', tag)])
        check(status == 304 and not body and again['ETag'] == headers['ETag'], f'{path}: {status} for {tag}')
        check(again['Cache-Control'] == cache and again['Vary'] == headers['Vary'], f'{path}: 304 forgets the cache')
        check_always(again, f'{path} 304')
    check(server.ask(path, headers=[('If-None-Match', '"else"')])[0] == 200, f'{path}: another tag')


def check_head(server, path, headers):
    status, same, body = server.ask(path, 'HEAD')
    pairs = lambda h: [(k, v) for k, v in h.items() if k != 'Date']
    check(status == 200 and not body and pairs(same) == pairs(headers), f'HEAD {path}: {pairs(same)}')


def check_packed(server, path, content, plain_tag, packs):
    for wish, wanted in (('gzip', 1), ('br, GZIP;q=0.5', 1), ('*', 1), ('gzip;q=0', 0), ('gzip; q=0.000, *', 0), ('identity', 0), ('', 0),
                         ('br', 0), ('gzip;q', 1), (';;,,;q=', 0)):
        status, headers, body = server.ask(path, headers=[('Accept-Encoding', wish)])
        is_packed = headers['Content-Encoding'] == 'gzip'
        check(status == 200 and is_packed == bool(wanted and packs), f'{path}: {wish!r} is packed: {is_packed}')
        if not is_packed: continue
        check(gzip.decompress(body) == content and len(body) < len(content), f'{path}: packed wrongly')
        check(headers['ETag'] != plain_tag, f'{path}: the packed bytes have the tag of the plain ones')
        for tag, want in ((headers['ETag'], 304), (plain_tag, 200)):
            got = server.ask(path, headers=[('Accept-Encoding', wish), ('If-None-Match', tag)])[0]
            check(got == want, f'{path}: {got} for tag {tag} of packed bytes')


def test_files(server):
    for name, row in FILES.items():
        if name != 'big.bin': check_file(server, name, *row)
    check(server.ask('/big.bin')[2] == FILES['big.bin'][0], 'big.bin')
    check(server.ask('/')[2] == FILES['index.html'][0], '/')
    check(server.ask('/?a=b&c')[2] == FILES['index.html'][0], '/?a=b&c')
    status, headers, body = server.ask('/healthz')
    check(status == 200 and body.startswith(b'{"status":"ok","version":"'), f'/healthz: {body}')
    check(headers['Content-Type'] == 'application/json' and headers['Cache-Control'] == 'no-store', f'/healthz: {headers}')
    check_always(headers, '/healthz')
    check(server.ask('/healthz', 'HEAD')[::2] == (200, b''), 'HEAD /healthz')


def check_page(reply, status, what):
    check(reply[0] == status and reply[2].startswith(b'<!doctype html>') and b'<h1>' in reply[2], f'{what}: {reply[0]} {reply[2][:60]}')
    check(reply[1]['Content-Type'] == 'text/html; charset=utf-8' and reply[1]['Cache-Control'] == 'no-store', f'{what}: {reply[1]}')
    check_always(reply[1], what)


def test_addresses(server):
    """Only names of the table lead anywhere."""
    for path in ('/nothing', '/index.htm', '/index.html/', '//index.html', '/./index.html', '/assets', '/assets/', '/.hidden', '/../dist/index.html',
                 '/../../../../etc/passwd', '/assets/../index.html', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e%2findex.html',
                 '/..%c0%af..%c0%afetc/passwd', '/%00', '/index.html%00', '/index.html%00.js', '/%69ndex.html', '/..\\..\\etc\\passwd', '/INDEX.HTML',
                 '/etc/passwd', '/proc/self/environ', '/' + 'a/' * 900, '*', 'index.html'):
        reply = server.ask(path)
        check_page(reply, 404, path[:60])
        check(b'root:' not in reply[2], f'{path}: a file of the machine')


def test_methods(server):
    for method in ('POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'BREW', 'G' * 300):
        for path in ('/', '/healthz', '/assets/index-Dy3kQb0a.js'):
            reply = server.ask(path, method)
            check_page(reply, 405, f'{method[:20]} {path}')
            check(reply[1]['Allow'] == 'GET, HEAD', f"{method[:20]} {path}: allow {reply[1]['Allow']}")
            check(b'GET' not in reply[2] or method not in reply[2].decode() or method in 'GET', f'{method}: echoed')
        check(server.ask('/nothing', method)[0] == 404, f'{method[:20]} /nothing')
    check(server.ask('/', 'POST', body=b'x' * 100000)[0] == 405, 'POST with a body')
    check(server.ask('/', body=b'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')[2] == FILES['index.html'][0], 'GET with a body')


def test_names(server, others):
    """A page from elsewhere cannot read the server under a name of its own."""
    port = server.port
    for name in ('127.0.0.1', f'127.0.0.1:{port}', 'localhost', f'localhost:{port}', '[::1]:80', '', *others):
        check(server.ask('/', skip_host=True, headers=[('Host', name)])[0] == 200, f'Host: {name}')
    for name in ('evil.example', f'evil.example:{port}', 'localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.1:1:2', ':', 'local host', '0'):
        check_page(server.ask('/', skip_host=True, headers=[('Host', name)]), 421, f'Host: {name}')
    check_page(server.ask('/', headers=[('Host', 'evil.example')]), 400, 'two Hosts')
    check_page(server.ask('/', headers=[('If-None-Match', '"a"'), ('if-none-match', '"b"')]), 400, 'two tags')


# ---- what nobody should send ------------------------------------------------------------------------

HEAD = b'GET / HTTP/1.1\r\nHost: localhost\r\n'
BAD = [    # bytes, statuses that are an answer (None: hung up without one)
    (b'GET /' + b'a' * 20000 + b' HTTP/1.1\r\nHost: localhost\r\n\r\n', {414}),
    (b'G' * 50000, {None, 400, 414, 431}), (HEAD + b'X: ' + b'a' * 20000 + b'\r\n\r\n', {431}),
    (HEAD + b'X: a\r\n' * 5000 + b'\r\n', {431}), (HEAD + b' folded\r\n' * 3000 + b'\r\n', {400, 431}),
    (b'GET / HTTP/1.1\r\n\r\n', {400}), (b'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n', {505}), (b'GET /\r\n\r\n', {400}),
    (b'\r\n' * 5000, {None}), (b'\0' * 1000, {None, 400}), (b'\x16\x03\x01\x02\x00\x01\x00', {None, 400}),
    (b'GE\0T / HTTP/1.1\r\nHost: localhost\r\n\r\n', {400, 405}), (b'GET /no\0such HTTP/1.1\r\nHost: localhost\r\n\r\n', {400, 404}),
    (b'GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n', {400, 421}), (HEAD + b'Content-Length: -5\r\n\r\n', {400}),
    (HEAD + b'Content-Length: 99999999999999999999999\r\n\r\n', {400, 413}), (HEAD + b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', {200, 400}),
    (HEAD + b'Transfer-Encoding: chunked\r\n\r\nzz\r\n', {200, 400}), (HEAD + b'Content-Length: 5\r\nContent-Length: 6\r\n\r\n', {400}),
    (b' GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', {None, 400}), (b'GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n', {200, 404}),
    (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', {400, 404, 505}), (HEAD + b'no colon\r\n\r\n', {200, 400}), (HEAD[:20], {None, 400, 408}),
    (b'GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n', {400, 404}), (b'GET / HTTP/1.0\r\n\r\n', {200}), (b'GET / HTTP/1.1\nHost: localhost\n\n', {200}),
]


def status_of(reply):
    match = re.match(rb'HTTP/1\.1 (\d+) ', reply)
    return int(match.group(1)) if match else None


def test_bad_requests(server):
    for request, wanted in BAD:
        got = status_of(server.raw(request))
        check(got in wanted, f'{request[:40]!r}: {got}, not {wanted}')
        check(server.is_well(), f'unwell after {request[:40]!r}')


def test_random_bytes(server):
    dice = random.Random(7)
    pool = [r for r, _ in BAD] + [HEAD + b'\r\n', HEAD + b'Accept-Encoding: gzip\r\nIf-None-Match: "a"\r\n\r\n']
    for i in range(300):
        request = bytearray(dice.choice(pool)[:4000])
        for _ in range(dice.randrange(1, 20)): request[dice.randrange(len(request))] = dice.randrange(256)
        with server.socket() as s, contextlib.suppress(OSError):
            s.sendall(bytes(request))
            s.shutdown(socket.SHUT_WR)
            s.settimeout(0.02)
            if i % 3: s.recv(1 << 16)
    check(server.is_well(), 'unwell after random bytes')


def test_one_connection(server):
    """Requests one after the other, and sent together."""
    with server.socket() as s:
        s.sendall((HEAD + b'\r\n') * 20 + b'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
        got = read_all(s)
    check(got.count(b'HTTP/1.1 200 OK') == 21 and got.endswith(b'}\n'), 'twenty-one requests on one connection')


# ---- slow clients, many clients ---------------------------------------------------------------------

def seconds_until_closed(s, feed):
    """Feeds a byte now and then; how long until the server hangs up?"""
    start = time.monotonic()
    s.settimeout(0.2)
    while time.monotonic() - start < LATE:
        try:
            if feed: s.sendall(b'a')
            if not s.recv(1 << 16): break
        except TimeoutError: continue
        except OSError: break
    return time.monotonic() - start


def slow_client(server, what, first, feed):
    with server.socket() as s:
        s.sendall(first)
        took = seconds_until_closed(s, feed)
    check(took < PATIENCE + 4, f'{what}: {took:.1f} s')
    check(took > PATIENCE - 0.5, f'{what}: cut off after {took:.1f} s')


def slow_reader(server):
    with server.socket() as s:
        s.sendall(b'GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
        time.sleep(PATIENCE + 3)
        check(len(read_all(s)) < 16 << 20, 'who reads nothing is waited for')


def test_slow(server):
    clients = [(slow_client, 'silent', b'', False), (slow_client, 'half a head', HEAD, False), (slow_client, 'a byte now and then', b'GET /', True),
               (slow_client, 'a header for ever', HEAD + b'X: ', True), (slow_client, 'nothing more to ask', HEAD + b'\r\n', False), (slow_reader,)]
    threads = [threading.Thread(target=client, args=[server, *args]) for client, *args in clients]
    for thread in threads: thread.start()
    for thread in threads: thread.join()


def open_files(server): return len(os.listdir(f'/proc/{server.process.pid}/fd'))


def test_many(root):
    """More clients than there is room for: they wait, and whoever comes is served when the silent ones are let go."""
    server = Server('--root', root, '--port', '0', '--patience', '5')
    clients = []
    for _ in range(LIMIT + 60):
        with contextlib.suppress(OSError): clients.append(server.socket())
    most = max(open_files(server) for _ in range(20) if not time.sleep(0.05))
    check(LIMIT // 2 < most < LIMIT + 40, f'{most} files open with {len(clients)} clients')
    check(server.is_well(), 'nobody else is served beside many clients')
    for s in clients: s.close()
    time.sleep(0.3)
    check(server.is_well() and open_files(server) < 60, f'{open_files(server)} files open afterwards')
    server.end()


# ---- start and stop ---------------------------------------------------------------------------------

def test_stop(root):
    for how in (signal.SIGTERM, signal.SIGINT):
        server = Server('--root', root, '--port', '0')
        idle, asked = server.socket(), server.socket()
        asked.sendall(HEAD + b'\r\n')
        asked.recv(1 << 16)
        status, took, _ = server.end(how)
        check(status == 0 and took < 2, f'{how.name}: {status} after {took:.1f} s')
        check(read_all(idle) == b'' and read_all(asked) is not None, 'idle clients are let go')
    server = Server('--root', root, '--port', '0')
    with server.socket() as s:    # an answer that is under way comes whole
        s.sendall(b'GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
        got = s.recv(1 << 16)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        got += read_all(s)
    check(got.endswith(FILES['big.bin'][0]), f'an answer was cut off at {len(got)} bytes')
    status, took, _ = server.end(None)
    check(status == 0 and took < 2, f'SIGTERM during an answer: {status}, {took:.1f} s')
    server = Server('--root', root, '--port', '0')
    with server.socket() as s:    # told twice, it does not wait
        s.sendall(b'GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
        s.recv(1)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        status, took, _ = server.end(signal.SIGTERM)
    check(status == 0 and took < 2, f'SIGTERM twice: {status}, {took:.1f} s')


def test_kill(root):
    """The port of a killed server is free at once."""
    server = Server('--root', root, '--port', '0')
    with server.socket() as s:
        s.sendall(HEAD + b'\r\n')
        s.recv(1)
        server.end(signal.SIGKILL)
        again = Server('--root', root, '--port', str(server.port))
    check(again.url == server.url and again.is_well(), 'started again on the same port')
    again.end()


def refusal(*args, **how):
    done = subprocess.run([ODDEXD, *args], capture_output=True, text=True, timeout=LATE, stdin=subprocess.DEVNULL, **how)
    return done.returncode, done.stderr.strip() or done.stdout.strip()


def test_refusals(folder, root, server):
    def rooted(name, fill):
        path = os.path.join(folder, name)
        os.makedirs(path)
        with open(os.path.join(path, 'index.html'), 'w') as f: f.write('x')
        fill(path)
        return ['serve', '--port', '0', '--root', path]
    big = lambda path: os.truncate(open(os.path.join(path, 'big.js'), 'w').name, (64 << 20) + 1)
    many = lambda path: [open(os.path.join(path, f'{i}.txt'), 'w').close() for i in range(4100)]
    deep = lambda path: os.makedirs(os.path.join(path, *['d'] * 40))
    bare = lambda path: os.remove(os.path.join(path, 'index.html'))
    odd = lambda path: open(os.path.join(path, 'a b.html'), 'w').close()
    unreadable = lambda path: os.symlink('/proc/self/mem', os.path.join(path, 'mem.js'))
    rows = [
        (['serve', '--root', folder + '/nothing'], 'No such file or directory'), (['serve', '--root', ODDEXD], 'Not a directory'),
        (rooted('bare', bare), 'has no index.html'), (rooted('big', big), 'big.js: longer than 67108864 bytes'),
        (rooted('many', many), 'more than 4096 files'), (rooted('deep', deep), 'too deep'), (rooted('odd', odd), 'a b.html: rename it to letters'),
        (rooted('unreadable', unreadable), 'mem.js: Input/output error'),
        (['serve', '--root', root, '--port', str(server.port)], 'is in use by another program; `--port 0`'),
        (['serve', '--root', root, '--port', '65536'], '`--port 65536`: write a whole number from 0 to 65535'),
        (['serve', '--root', root, '--port', '-1'], 'write a whole number'), (['serve', '--root', root, '--port', '1.5'], 'write a whole number'),
        (['serve', '--root', root, '--patience', '0'], 'write a whole number from 1 to 3600'),
        (['serve', '--root', root, '--bind', 'localhost'], '`localhost` is no address; write 127.0.0.1 or ::1'),
        (['serve', '--root', root, '--port', '0', '--bind', '192.0.2.1'], 'no such address'),
        (['serve', '--rot', root], '`oddexd serve` has no option `--rot`; did you mean `--root`?'),
        (['serve', root], '`oddexd serve` does not know what to do with'), (['serve', '--root'], '`--root` needs a value: DIR'),
        (['sevre'], 'there is no verb `sevre`; did you mean `serve`?'), (['help', 'nothing'], 'there is no verb `nothing`'),
    ]
    for args, words in rows:
        status, said = refusal(*args)
        check(status == 2 and words in said and said.startswith('oddexd: ') and '\n' not in said, f'{args}: {status} {said}')
    check(refusal('--version')[1].startswith('oddexd 0.'), 'version')
    for args in ([], ['--help'], ['serve', '--help'], ['help', 'serve']):
        status, said = refusal(*args)
        check(status == 0 and 'usage: oddexd' in said, f'{args}: {status}')
    status, said = refusal('serve', '--root', root, '--port', '0', preexec_fn=lambda: os.close(1))
    check(status == 2 and 'standard output' in said, f'without standard output: {status} {said}')


def test_told(root):
    """By the environment, for other addresses, under other names."""
    server = Server('--root', root, env={'ODDEX_HTTP_PORT': '0', 'ODDEX_HTTP_BIND': '127.0.0.2'})
    check(re.fullmatch(r'http://127\.0\.0\.2:\d+/', server.url), f'environment: {server.url}')
    with contextlib.suppress(OSError):
        socket.create_connection(('127.0.0.1', server.port), timeout=LATE).close()
        check(False, '127.0.0.1 is answered too')
    server.end()
    server = Server('--root', root, '--port', '0', '--name', 'desk.example', '--name=other.example')
    test_names(server, ['desk.example', 'desk.example:443', 'other.example'])
    server.end()
    server = Server('--root', root, '--port', '0', '--bind', '0.0.0.0')
    check(server.ask('/', skip_host=True, headers=[('Host', 'any.example')])[0] == 200, 'who opens it to all goes by any name')
    server.end()
    if os.path.exists('/proc/net/if_inet6') and '0' * 31 + '1' in open('/proc/net/if_inet6').read():
        server = Server('--root', root, '--port', '0', '--bind', '::1')
        with socket.create_connection(('::1', server.port), timeout=LATE) as s:
            s.sendall(b'GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n')
            check(server.url.startswith('http://[::1]:') and status_of(read_all(s)) == 200, f'::1 at {server.url}')
        server.end()


def test_silence(server):
    """What clients send is written nowhere."""
    secret = 'token-5f0c1d'
    server.ask(f'/{secret}?key={secret}', headers=[('Authorization', secret), ('Cookie', secret)])
    server.raw(secret.encode() + b' / HTTP/1.1\r\n\r\n')
    status, _, said = server.end()
    check(status == 0 and secret.encode() not in said and b'/big' not in said, f'{status}: {said}')
    check(re.fullmatch(rb'http://127\.0\.0\.1:\d+/oddexd: \d+ files, \d+ KB, are in memory; Ctrl-C stops\n', said), f'{said}')


def main(folder):
    root = make_root(folder)
    server = Server('--root', root, '--port', '0')
    test_refusals(folder, root, server)
    test_stop(root)
    test_kill(root)
    test_told(root)
    test_many(root)
    shutil.rmtree(root)
    for test in (test_files, test_addresses, test_methods, test_bad_requests, test_random_bytes, test_one_connection, test_slow):
        test(server)
    test_names(server, [])
    test_silence(server)


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='oddex-serve-') as folder: main(folder)
    print(f'{passed} passed, {failed} failed')
    sys.exit(failed > 0)
