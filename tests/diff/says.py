#!/usr/bin/env python3
"""says.py WORDS PROGRAM [ARGUMENT...]: the program succeeds, and these words are in what it prints."""
import subprocess, sys

words, *command = sys.argv[1:]
done = subprocess.run(command, capture_output=True, text=True)
if done.returncode or words not in done.stdout:
    print(f'not said: {words}\nexit {done.returncode}\n{done.stdout}{done.stderr}')
    sys.exit(1)
