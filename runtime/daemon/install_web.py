"""install_web.py DIST FOLDER: the built web editor into an installation, when it has been built."""
import os, shutil, sys

dist, folder = sys.argv[1:]
target = os.path.join(os.environ['MESON_INSTALL_DESTDIR_PREFIX'], folder)
if os.path.isfile(os.path.join(dist, 'index.html')):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(dist, target)
