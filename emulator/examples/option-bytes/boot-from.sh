#!/bin/sh
# What an STM32G07x/08x boots from, by its option bytes: boot-from.sh PORT system|pin
#
#   system  its bootloader, for ever, whatever BOOT0 says   nBOOT_SEL=1 nBOOT1=1 nBOOT0=0
#   pin     its flash with a low BOOT0, else its bootloader  nBOOT_SEL=0 nBOOT1=1 nBOOT0=1
#
# Other bits stay as they are. Exit codes: 0 done, 1 no answer, 2 usage, 3 another chip, 4 protected, 5 not changed

port=$1
case $2 in
system) set -- 3 7 ;; # bits to set and to clear first, in the last byte of FLASH_OPTR: nBOOT_SEL 1, nBOOT1 2, nBOOT0 4
pin) set -- 6 7 ;;
*) echo "boot-from.sh PORT system|pin"; exit 2 ;;
esac

command -v stm32flash >/dev/null || { echo "stm32flash is not installed"; exit 2; }
work=$(mktemp -d) || exit 2
trap 'rm -r "$work"' EXIT

options() { # the four bytes of FLASH_OPTR, as numbers
  rm -f "$work/read"
  stm32flash -r "$work/read" -S 0x1FFF7800:4 "$port" >"$work/said" 2>&1 && od -An -tu1 "$work/read"
}

if ! before=$(options); then
  id=$(sed -n 's/^Device ID *: \([^ ]*\).*/\1/p' "$work/said")
  case $id in
  '') echo "no answer: the chip runs its firmware, or is off"; exit 1 ;;
  0x0460) echo "protected: nothing is read or written before stm32flash -k, which erases the flash"; exit 4 ;;
  esac
fi
grep -q 'Device ID *: 0x0460' "$work/said" || { echo "another chip: its option bytes are elsewhere"; exit 3; }

bytes() { # VALUES, as octets, with their complement behind them as in the option area
  for value in "$@" $((255 - $1)) $((255 - $2)) $((255 - $3)) $((255 - $4)); do
    printf "\\$(printf %03o "$value")"
  done
}
now=$1 mask=$2
set -- $before
wanted=$(($4 & ~mask | now))
bytes "$1" "$2" "$3" $wanted >"$work/new"
stm32flash -w "$work/new" -S 0x1FFF7800:8 "$port" >"$work/said" 2>&1 || { echo "not changed"; exit 5; }

# The chip has loaded them by a reset of its own.
if ! after=$(options); then
  echo "changed from$before: it has left its bootloader, since BOOT0 is low"
  exit 0
fi
set -- $after
[ "$4" = $wanted ] || { echo "not changed: it reads$after"; exit 5; }
echo "changed from$before to$after, and it is in its bootloader"
