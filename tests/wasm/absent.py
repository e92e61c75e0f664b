#!/usr/bin/env python3
"""absent.py WHY: stands where a test of odx.wasm cannot be run, and says so."""
import sys

print(sys.argv[1])
sys.exit(77)
