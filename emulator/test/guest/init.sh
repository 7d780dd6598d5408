#!/bin/busybox sh
# First process of the guest: loads the modules, then runs what it is told to on its second serial port.
# A line there is "ID BASE64-OF-A-SCRIPT"; the answer is "@ID EXIT-CODE BASE64-OF-ITS-OUTPUT".
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp

while read -r module; do
  insmod "/modules/$module" || echo "cannot load $module"
done < /modules/list

tries=0
until [ -e /sys/class/net/eth0 ] || [ $tries = 500 ]; do
  usleep 10000
  tries=$((tries + 1))
done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0 # where QEMU's user network expects it; the host is 10.0.2.2

stty raw -echo < /dev/ttyS1
exec < /dev/ttyS1 > /dev/ttyS1
echo @up
while read -r id script; do
  case $id in '')
    echo @up
    continue
    ;;
  esac
  echo "$script" | base64 -d > /tmp/script
  sh /tmp/script < /dev/null > /tmp/output 2>&1
  echo "@$id $? $(base64 /tmp/output | tr -d '\n')"
done
