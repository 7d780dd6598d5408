#!/bin/sh
# A field update by a gateway whose GPIOs drive BOOT0 and NRST: by-gpio.sh PORT FIRMWARE
#
# $PINS is a command that takes `boot0 0`, `boot0 1` and `reset`; without it they are lines of a Raspberry Pi.
#
# Exit codes: 0 updated, 1 the bootloader does not answer, 2 usage, 3 not written

port=$1 firmware=$2
[ -r "$firmware" ] || { echo "by-gpio.sh PORT FIRMWARE"; exit 2; }
command -v stm32flash >/dev/null || { echo "stm32flash is not installed"; exit 2; }

pins() {
  case "${PINS:+given}$*" in
  given*) $PINS "$@" ;;
  'boot0 0') pinctrl set 17 op dl ;;
  'boot0 1') pinctrl set 17 op dh ;;
  reset) pinctrl set 27 op dl && sleep 0.1 && pinctrl set 27 ip ;; # let go: NRST has a pull-up
  esac
}

# Whatever happens, the board is left with a low BOOT0 and starts what is in its flash.
trap 'pins boot0 0; pins reset' EXIT

for try in 1 2 3; do
  pins boot0 1 && pins reset
  if stm32flash -w "$firmware" -v "$port" >update.log 2>&1; then
    echo "try $try: updated"
    exit 0
  elif grep -q 'Device ID' update.log; then
    echo "try $try: not written: see update.log"
    result=3
  else
    echo "try $try: the bootloader does not answer"
    result=1
  fi
done
exit $result
