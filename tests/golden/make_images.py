#!/usr/bin/python3
"""Pictures of all kinds in images/, and what Pillow makes of them and of resizing: SHA-256 of the pixels.

Run it with Debian 12's own Python: apt-get install --no-install-recommends python3-pil python3-numpy
With --check it compares Pillow's pixels with images.json and writes nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, __version__

HERE = Path(__file__).parent
FOLDER = HERE / "images"
WIDTH, HEIGHT = 41, 30

# Source and target sizes: smaller, larger, one side only, narrow lines, and what slicing asks for.
RESIZES = [
    ((640, 480), (518, 392)),
    ((640, 480), (728, 546)),
    ((1920, 1080), (602, 336)),
    ((1920, 1080), (1680, 952)),
    ((1000, 100), (1414, 140)),
    ((10, 10), (448, 448)),
    ((449, 448), (448, 448)),
    ((448, 449), (448, 448)),
    ((1, 300), (14, 280)),
    ((300, 1), (28, 14)),
    ((7, 5), (3, 2)),
    ((500, 333), (14, 14)),
    ((33, 33), (1, 1)),
    ((17, 31), (17, 30)),
]


def pattern(width: int, height: int) -> np.ndarray:
    """[height, width, 3]: slopes, noise that every language can repeat, and hard edges, where overshoot is clipped."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    value = (x * 37 + y * 101 + c * 53 + x * y * (c + 1)) % 256
    edge = ((x // 5 + y // 7 + c) % 2) * 255
    return np.where((x // 16 + y // 16) % 3 == 0, edge, value).astype(np.uint8)


def smooth(width: int, height: int) -> np.ndarray:
    """[height, width, 3]: a picture that looks like one to a lossy codec, other in every corner."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    value = 128 + 90 * np.sin(x / 6 + c) + 37 * np.cos(y / 4 - c) + (x > 25) * 20 * (y > 18)
    return np.clip(value, 0, 255).astype(np.uint8)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(color_type: int, depth: int, rows: list[bytes], more: bytes = b"") -> bytes:
    """For kinds of PNG that Pillow does not write."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def pictures() -> dict[str, bytes]:
    rgb = Image.fromarray(smooth(WIDTH, HEIGHT))
    alpha = np.dstack([smooth(WIDTH, HEIGHT), (np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) * 7 % 256)])
    rgba = Image.fromarray(alpha.astype(np.uint8))
    grey = rgb.convert("L")
    palette = rgb.quantize(16)
    wide = smooth(WIDTH, HEIGHT).astype(np.uint16) * 257 - np.arange(HEIGHT, dtype=np.uint16)[:, None, None] * 3 % 200
    grey_wide = wide[:, :, 0]
    made = {
        "rgb.png": encoded(rgb, "PNG"),
        "rgba.png": encoded(rgba, "PNG"),
        "grey.png": encoded(grey, "PNG"),
        "grey-alpha.png": encoded(rgba.convert("LA"), "PNG"),
        "bilevel.png": encoded(grey.convert("1"), "PNG"),
        "palette.png": encoded(palette, "PNG"),
        "palette-transparent.png": encoded(palette, "PNG", transparency=3),
        "rgb-16-bit.png": png(2, 16, [row.astype(">u2").tobytes() for row in wide]),
        "grey-16-bit.png": png(0, 16, [row.astype(">u2").tobytes() for row in grey_wide]),
        "gamma.png": png(2, 8, [row.tobytes() for row in smooth(WIDTH, HEIGHT)],
                         chunk(b"gAMA", struct.pack(">I", 100000))),
        "full-color.jpg": encoded(rgb, "JPEG", quality=90, subsampling=0),
        "half-color.jpg": encoded(rgb, "JPEG", quality=80, subsampling=1),
        "quarter-color.jpg": encoded(rgb, "JPEG", quality=75, subsampling=2),
        "progressive.jpg": encoded(rgb, "JPEG", quality=75, progressive=True),
        "grey.jpg": encoded(grey, "JPEG"),
        "cmyk.jpg": encoded(rgb.convert("CMYK"), "JPEG", quality=90),
        "lossy.webp": encoded(rgb, "WEBP", quality=80),
        "lossless.webp": encoded(rgb, "WEBP", lossless=True),
        "alpha.webp": encoded(rgba, "WEBP", lossless=True, exact=True),
    }
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        made[f"turned-{orientation}.jpg"] = encoded(rgb, "JPEG", quality=75, exif=exif)
    return made


def refused() -> dict[str, bytes]:
    frames = [Image.fromarray(smooth(WIDTH, HEIGHT)), Image.fromarray(smooth(WIDTH, HEIGHT)[::-1].copy())]
    return {
        "animation.webp": encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100),
        "still.gif": encoded(frames[0], "GIF"),
        "still.bmp": encoded(frames[0].resize((4, 3)), "BMP"),
    }


def expected(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        if image.mode in ("I", "I;16"):
            return np.repeat((np.asarray(image).astype(np.uint16) >> 8)[:, :, None], 3, axis=2).astype(np.uint8)
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def fingerprint(pixels: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels, dtype=np.uint8).tobytes()).hexdigest()


def report(files: dict[str, bytes]) -> dict[str, object]:
    decoded = {name: expected(content) for name, content in files.items()}
    resized = []
    for source, target in RESIZES:
        image = Image.fromarray(pattern(*source)).resize(target, Image.BICUBIC)
        resized.append({"from": source, "to": target, "sha256": fingerprint(np.asarray(image))})
    return {
        "pillow": __version__,
        "decoded": {
            name: {"width": pixels.shape[1], "height": pixels.shape[0], "sha256": fingerprint(pixels)}
            for name, pixels in decoded.items()
        },
        "resized": resized,
    }


def main() -> int:
    if "--check" in sys.argv[1:]:
        stored = json.loads((HERE / "images.json").read_text())
        files = {name: (FOLDER / name).read_bytes() for name in stored["decoded"]}
        found = json.loads(json.dumps(report(files)))
        same = all(found[key] == stored[key] for key in ("decoded", "resized"))
        print("images: as stored" if same else "images: Pillow gives other pixels")
        return 0 if same else 1
    FOLDER.mkdir(exist_ok=True)
    files = pictures()
    for name, content in (files | refused()).items():
        (FOLDER / name).write_bytes(content)
    (HERE / "images.json").write_text(json.dumps(report(files), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
