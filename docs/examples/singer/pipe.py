"""Pipes a Singer tap into a target; fails if either does.

usage: python pipe.py 'TAP ARGUMENTS' 'TARGET ARGUMENTS'
"""

import shlex
import subprocess
import sys

from state import write_state

tap, target = (shlex.split(words) for words in sys.argv[1:])
begin = ["--state", str(write_state())]
with subprocess.Popen([*tap, *begin], stdout=subprocess.PIPE) as extracting:
    loading = subprocess.run(target, stdin=extracting.stdout, check=False)
    extracting.stdout.close()  # so that a tap ends whose target has ended
sys.exit(loading.returncode or extracting.returncode)
