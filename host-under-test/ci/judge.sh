#!/bin/sh
# Judges a tool and prints one line for each scenario that was not expected to end so.
# usage: judge.sh my-flasher.yaml [known.json]
set -u
tool=$1
report=$(mktemp)
trap 'rm -f "$report"' EXIT
npx vstm32 judge --tool "$tool" ${2:+--expected "$2"} --json "$report" >/dev/null
status=$?
[ "$status" -gt 1 ] && exit "$status" # usage or environment: nothing was judged
node -e '
  const { tools } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  for (const { id, verdict, says, repeat } of tools.flatMap(({ runs }) => runs).filter((run) => run.unexpected))
    console.log(`${id} ${verdict}: ${says}\n    ${repeat}`);
' "$report"
exit "$status"
