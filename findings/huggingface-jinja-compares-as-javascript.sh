#!/usr/bin/env bash
# @huggingface/jinja compares as JavaScript does: '1' == 1 is true, and [1] == [1] is false.
#
# Version     @huggingface/jinja 0.5.11 (npm), node 20; Jinja 3.1.2 (python3-jinja2 of Debian 12) as the peer
# Guess       The package is there to run the chat templates of models outside Python, so a template means there what it
#             means to transformers: == and % are Python's, integers are exact, None is written as None, and + of a text
#             and a number is an error.
# Behaviour   Each of these is JavaScript's: == converts texts to numbers and compares lists by identity, % has the sign
#             of the left side, integers have 53 bits, None is written as nothing, and + joins anything to a text.
#             Nothing is raised where Python has another result.
# Output seen {{ 'yes' if '1' == 1 else 'no' }}: yes, Python: no
#             {{ 'yes' if [1] == [1] else 'no' }}: no, Python: yes
#             {{ 'yes' if {'a': 1} == {'a': 1} else 'no' }}: no, Python: yes
#             {{ 'yes' if 1 == 1.0 else 'no' }}: yes, Python: yes
#             {{ -7 % 3 }}: -1, Python: 2
#             {{ 9007199254740993 }}: 9007199254740992, Python: 9007199254740993
#             {{ none }}: , Python: None
#             {{ 'top ' + 5 }}: top 5, Python: an error
# Hurts       a chat template that is tried in the browser and used in Python, or the other way round: {% if
#             message.tool_calls == [] %} is never true, and other messages get other tokens.
#             src/MiniCpmDist.Core/Chat/ChatJinja.cs writes templates that compare texts with texts only.
#
# Needs node, npm, registry.npmjs.org or a mirror that npm knows, and python3-jinja2. Ends with 1 if anything has
# changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"
npm install --silent --no-audit --no-fund @huggingface/jinja@0.5.11 >log 2>&1 || { tail -n 5 log; exit 1; }
cat >templates <<'TEMPLATES'
{{ 'yes' if '1' == 1 else 'no' }}
{{ 'yes' if [1] == [1] else 'no' }}
{{ 'yes' if {'a': 1} == {'a': 1} else 'no' }}
{{ 'yes' if 1 == 1.0 else 'no' }}
{{ -7 % 3 }}
{{ 9007199254740993 }}
{{ none }}
{{ 'top ' + 5 }}
TEMPLATES
cat >render.mjs <<'PROGRAM'
import { readFileSync } from 'node:fs'
import { Template } from '@huggingface/jinja'
for (const line of readFileSync('templates', 'utf8').trimEnd().split('\n')) {
  try {
    console.log(new Template(line).render({}))
  } catch {
    console.log('an error')
  }
}
PROGRAM
cat >render.py <<'PROGRAM'
import jinja2

for line in open("templates"):
    try:
        print(jinja2.Environment().from_string(line.rstrip("\n")).render())
    except TypeError:
        print("an error")
PROGRAM
paste -d '|' templates <(node render.mjs) <(/usr/bin/python3 render.py) |
    awk -F '|' '{ n = NF; t = $1; for (i = 2; i < n - 1; i++) t = t "|" $i; print t ": " $(n - 1) ", Python: " $n }' >found ||
    { cat found; exit 1; }
expect_found <<'SEEN'
{{ 'yes' if '1' == 1 else 'no' }}: yes, Python: no
{{ 'yes' if [1] == [1] else 'no' }}: no, Python: yes
{{ 'yes' if {'a': 1} == {'a': 1} else 'no' }}: no, Python: yes
{{ 'yes' if 1 == 1.0 else 'no' }}: yes, Python: yes
{{ -7 % 3 }}: -1, Python: 2
{{ 9007199254740993 }}: 9007199254740992, Python: 9007199254740993
{{ none }}: , Python: None
{{ 'top ' + 5 }}: top 5, Python: an error
SEEN
