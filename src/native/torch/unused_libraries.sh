#!/bin/bash
# Prints the image and video libraries that a libtorch asks for and takes nothing from, one name a line; none where
# there is doubt: unused_libraries.sh LIBTORCH_CPU
#
# Debian links libtorch with OpenCV and FFmpeg, for operators of Caffe2 that are not in it.
# They bring two hundred others, up to Qt.
set -euo pipefail
library=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

needed() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

symbols() {
    nm -D "$1" "$2" 2>/dev/null | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u
}

ldd "$library" | awk '$2 == "=>" { print $1, $3 }' >"$scratch/paths"
path_of() {
    awk -v name="$1" '$1 == name { print $2 }' "$scratch/paths"
}

symbols --undefined-only "$library" >"$scratch/wanted"
unused=()
used=()
for name in $(needed "$library"); do
    path=$(path_of "$name")
    if [[ $name =~ ^lib(opencv_|av|sw) && -n $path ]] \
        && [[ -z $(symbols --defined-only "$path" | comm -12 - "$scratch/wanted") ]]; then
        unused+=("$name")
    elif [[ -n $path ]]; then
        used+=("$path")
    fi
done
if ((${#unused[@]} == 0)); then
    exit
fi
# What is left must not ask for them either.
for path in "${used[@]}"; do
    if ldd "$path" | awk '{ print $1 }' | grep -qxF "$(printf '%s\n' "${unused[@]}")"; then
        exit
    fi
done
printf '%s\n' "${unused[@]}"
