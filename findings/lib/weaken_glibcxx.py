"""Lets Debian 12 load TorchSharp's library: weaken_glibcxx.py libLibTorchSharp.so

The library wants a newer C++ library than Debian 12 has, for one symbol that it never calls. The file is marked so that
the loader lets that pass (flag 2, VER_FLG_WEAK, in the entry of GLIBCXX_3.4.32)."""

import os
import struct
import sys

path = sys.argv[1]
data = bytearray(open(path, "rb").read())
offset, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
sections = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)]
need = next(section for section in sections if section[1] == 0x6FFFFFFE)
names, at = sections[need[6]][4], need[4]
while True:
    _, entries, _, first, following = struct.unpack_from("<HHIII", data, at)
    entry = at + first
    for _ in range(entries):
        flags, name, skip = struct.unpack_from("<HHII", data, entry + 4)[0], *struct.unpack_from("<II", data, entry + 8)
        if data[names + name:].startswith(b"GLIBCXX_3.4.32\0"):
            struct.pack_into("<H", data, entry + 4, flags | 2)
        entry += skip
    if following == 0:
        break
    at += following
with open(path + ".new", "wb") as file:
    file.write(data)
os.rename(path + ".new", path)
