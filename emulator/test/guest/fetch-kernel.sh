#!/usr/bin/env bash
# Unpacks Debian's kernel, without installing it, for the guest of the tests. Needs apt-get and dpkg.
set -euo pipefail
folder=$(cd "$(dirname "$0")/../../.." && pwd)/node_modules/.cache/vstm32-guest
[ -d "$folder/kernel" ] && exit
image=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
mkdir -p "$folder"
cd "$folder"
apt-get download -qq "$image"
rm -rf unpacked
dpkg -x "$image"_*.deb unpacked
rm "$image"_*.deb
mv unpacked kernel
