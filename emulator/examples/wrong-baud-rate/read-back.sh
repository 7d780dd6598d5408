#!/bin/sh
# Whether a baud rate is right for a board: read-back.sh PORT FIRMWARE RATE
#
# For a board whose adapter has DTR on NRST and RTS on BOOT0. It writes the firmware at a rate that is safe
# and reads it back six times at the one in question: the bootloader measures the rate anew after each reset,
# and one measurement that was good enough says nothing about the next.
#
# Exit codes: 0 right, 1 wrong, 2 usage, 3 not even the safe rate works

SAFE=57600 TIMES=6
port=$1 firmware=$2 rate=$3
[ -r "$firmware" ] && [ "$rate" -gt 0 ] 2>/dev/null || { echo "read-back.sh PORT FIRMWARE RATE"; exit 2; }

command -v stm32flash >/dev/null || { echo "stm32flash is not installed"; exit 2; }
work=$(mktemp -d) || exit 2
trap 'rm -r "$work"' EXIT

tool() { # RATE, and what stm32flash is to do
  baud=$1
  shift
  stm32flash -b "$baud" -i 'rts,dtr,-dtr:-rts,dtr,-dtr' "$@" "$port" >"$work/said" 2>&1
}

if ! tool $SAFE -w "$firmware" -v; then
  echo "not even $SAFE baud works: this is another fault than the rate"
  exit 3
fi

same=0 other=0 failed=0
while [ $((same + other + failed)) -lt $TIMES ]; do
  if ! tool "$rate" -r "$work/read" -S "0x08000000:$(wc -c <"$firmware")"; then
    failed=$((failed + 1))
  elif cmp -s "$work/read" "$firmware"; then
    same=$((same + 1))
  else
    other=$((other + 1))
  fi
  rm -f "$work/read"
done
echo "$rate baud: $same of $TIMES times the firmware was read, $other times something else, $failed times nothing"
[ $same -eq $TIMES ] || { echo "$rate baud is wrong for this board: use $SAFE"; exit 1; }
