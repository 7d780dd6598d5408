#!/bin/sh
# A production jig: jig.sh PORT FIRMWARE SERIAL
#
# For a board with an STM32G071 (128 KiB) whose adapter has DTR on NRST and RTS on BOOT0. It erases the
# board, writes and verifies the firmware and the serial number, protects the board from being read, and
# adds a line to labels.csv. What stm32flash said is in jig.log.
#
# Exit codes: 0 passed, 1 no answer, 2 usage, 3 another chip, 4 protected, 5 not written, 6 not protected

CHIP=0x0460          # what Get ID must answer
SERIAL_AT=0x0801F800 # the last page, which the firmware leaves alone
MOST=129024          # bytes of firmware, up to there
UID_AT=0x1FFF7590    # the chip's own number, 12 bytes

port=$1 firmware=$2 serial=$3

end() { # CODE WHAT THE OPERATOR SEES
  code=$1
  shift
  echo "$@"
  echo "== $serial: $code $*" >>jig.log
  exit "$code"
}

tool() { # stm32flash on the board, which is reset into its bootloader, and out of it afterwards
  stm32flash -b 115200 -i 'rts,dtr,-dtr:-rts,dtr,-dtr' "$@" "$port" >"$work/said" 2>&1
  ended=$?
  cat "$work/said" >>jig.log
  return $ended
}

command -v stm32flash >/dev/null || end 2 "USAGE: stm32flash is not installed"
case $serial in
'' | *[!A-Za-z0-9-]* | ?????????????????*) end 2 "USAGE: jig.sh PORT FIRMWARE SERIAL (up to 16 letters and digits)" ;;
esac
[ -r "$firmware" ] || end 2 "USAGE: there is no $firmware"
[ "$(wc -c <"$firmware")" -le $MOST ] || end 2 "USAGE: $firmware reaches into the page of the serial number"
grep -qs "^$serial," labels.csv && end 2 "USAGE: $serial is on another board already"

work=$(mktemp -d) || exit 2
trap 'rm -r "$work"' EXIT

tool || end 1 "NO ANSWER: is there a board, is it powered, do the needles touch NRST, BOOT0, TX and RX?"
grep -q "Device ID *: $CHIP" "$work/said" || end 3 "ANOTHER CHIP: $(sed -n 's/^Device ID *: //p' "$work/said")"
tool -r "$work/uid" -S $UID_AT:12 || end 4 "PROTECTED: this board has been here before, put it aside"

tool -o || end 5 "NOT ERASED: put it aside, for repair"
tool -w "$firmware" -v || end 5 "NOT WRITTEN: put it aside, for repair"
printf '%-16s' "$serial" >"$work/serial"
tool -w "$work/serial" -S $SERIAL_AT:16 -v || end 5 "NOT WRITTEN: no serial number, put it aside, for repair"

# Protected is what answers and cannot be read, whatever the tool said of the command.
tool -j || end 6 "NOT PROTECTED: it must not leave the house"
tool || end 6 "NOT PROTECTED: it does not answer any more"
tool -r "$work/read" -S 0x08000000:4 && end 6 "NOT PROTECTED: it can be read"

uid=$(od -An -tx1 "$work/uid" | tr -d ' \n')
echo "$serial,$uid,$(sha256sum <"$firmware" | cut -c 1-16)" >>labels.csv
end 0 "PASSED $serial"
