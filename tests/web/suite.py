#!/usr/bin/env python3
"""suite.py BUILD: the web editor, from its lock file to a browser on the real server.

The steps are npm's: types, lint, unit tests, the built files, journeys in Chromium.  The journeys run in a
network namespace with nothing but loopback where the kernel lets us: what they see works offline.  Where npm's
packages cannot be had the whole suite is skipped aloud (77); with a registry within reach that is a failure.
"""
import errno, fcntl, os, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WEB = os.path.join(TOP, 'editor-web')
SKIP = 77
TAIL = 40    # lines of a step that failed
COUNTS = [re.compile(r'^ *Tests +(?:(?P<failed>\d+) failed[ |]*)?(?:(?P<passed>\d+) passed)?', re.M),
          re.compile(r'^(?P<passed>\d+) passed, (?P<failed>\d+) failed$', re.M)]
COLOUR = re.compile(r'\x1b\[[0-9;]*m')


def count(output, ok):
    """(passed, failed) that a step says of itself; one or the other when it says nothing."""
    for pattern in COUNTS:
        found = list(pattern.finditer(COLOUR.sub('', output)))
        if found and any(found[-1].groupdict().values()):
            passed, failed = (int(found[-1].group(name) or 0) for name in ('passed', 'failed'))
            return passed, failed if ok else max(failed, 1)
    return (1, 0) if ok else (0, 1)


def step(name, command, env, **how):
    start = time.monotonic()
    done = subprocess.run(command, cwd=WEB, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace', **how)
    passed, failed = count(done.stdout, done.returncode == 0)
    print(f'{name}: {passed} passed, {failed} not, {time.monotonic() - start:.1f} s', flush=True)
    if failed: print('\n'.join('    ' + line for line in done.stdout.splitlines()[-TAIL:]), flush=True)
    return passed, failed


# ---- the journeys -----------------------------------------------------------------------------------

def loopback_up():
    """`ip link set lo up` without ip."""
    SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        flags = struct.unpack('16sH', fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack('16sH14x', b'lo', 0))[:18])[1]
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack('16sH14x', b'lo', flags | IFF_UP))


def journeys(build):
    """Inside the namespace: the server, then the browser on it.  The exit status is the browser's."""
    if '--alone' in sys.argv:
        loopback_up()
        try: socket.create_connection(('192.0.2.1', 80), timeout=5)
        except OSError as e: unreachable = e.errno == errno.ENETUNREACH
        else: unreachable = False
        if not unreachable: sys.exit('the namespace has a way out')
    server = subprocess.Popen([os.path.join(build, 'oddexd'), 'serve', '--port', '0', '--root', os.path.join(WEB, 'dist')],
                              stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()
    if not url: sys.exit('oddexd did not start')
    try: status = subprocess.run(['npm', 'run', '--silent', 'e2e'], cwd=WEB, env=dict(os.environ, ODDEX_URL=url)).returncode
    finally:
        server.send_signal(signal.SIGTERM)
        ended = server.wait(30)
    sys.exit(status or ended)


def alone():
    """How to start a program in a network of its own; [] where that is not allowed."""
    for words in (['unshare', '-n'], ['unshare', '-rn']):
        if shutil.which('unshare') and subprocess.run([*words, 'true'], capture_output=True).returncode == 0: return words
    return []


def installed(build, env):
    """An installed copy finds the application beside itself."""
    with tempfile.TemporaryDirectory(prefix='oddex-web-') as folder:
        subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--tags', 'runtime', '--destdir', folder], env=env, check=True, stdout=subprocess.DEVNULL)
        program = subprocess.check_output(['find', folder, '-name', 'oddexd', '-type', 'f'], text=True).strip()
        server = subprocess.Popen([program, 'serve', '--port', '0'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        url = server.stdout.readline()
        if url: server.terminate()
        ok = url.startswith('http://127.0.0.1:') and f'{files_in(os.path.join(WEB, "dist"))} files' in server.communicate(timeout=30)[1]
    print(f'installed: {int(ok)} passed, {int(not ok)} not')
    return int(ok), int(not ok)


def files_in(folder): return sum(len(names) for _, _, names in os.walk(folder))


def main(build):
    tree = subprocess.run(['bash', 'scripts/install.sh'], cwd=WEB, stdout=subprocess.PIPE, text=True)
    if tree.returncode:
        print(tree.stdout.strip())
        sys.exit(tree.returncode)
    env = dict(os.environ, ODDEX_BUILD=build, ODDEX_WASM='required', CI='true')
    offline = alone()
    me = [*offline, sys.executable, os.path.abspath(__file__), build, '--journeys', *(['--alone'] if offline else [])]
    rows = [step(name, ['npm', 'run', '--silent', name], env) for name in ('types', 'lint', 'unit', 'build')]
    is_built = rows[-1][1] == 0
    if is_built: rows.append(installed(build, env))
    absent = [] if offline else ['the proof that it works offline: no network namespaces here']
    if not os.path.exists(os.environ.get('CHROMIUM', '/usr/bin/chromium')): absent = ['journeys: no chromium here']
    elif is_built: rows.append(step('e2e', me, env))
    passed, failed = (sum(row[i] for row in rows) for i in (0, 1))
    for what in absent: print(f'skipped {what}')
    print(f'{passed} passed, {failed} failed' + (f', {len(absent)} skipped' if absent else ''))
    sys.exit(failed > 0)


if __name__ == '__main__':
    build = os.path.abspath(sys.argv[1])
    journeys(build) if '--journeys' in sys.argv else main(build)
