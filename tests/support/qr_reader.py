"""QR codes read by OpenCV, which has no code in common with the library that draws them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import cv2
import numpy as np

SCALE = 6
_HALVES = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}


def decode_png(data: bytes) -> str:
    """Returns the text of the QR code in a picture, or an empty one."""
    return decode_qr(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE))


def decode_qr(picture: np.ndarray) -> str:
    """Returns the text of the QR code in a grey picture, or an empty one."""
    # Its detector finds the corners of some pictures at some sizes only; a telephone's camera tries many, too.
    for scale, detector in itertools.product((1, 2, 3, 0.7), (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())):
        found = detector.detectAndDecode(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))[0]
        if found:
            return str(found)
    return ""


def draw_blocks(lines: Sequence[str]) -> np.ndarray:
    """Draws half blocks of a terminal, white on black, as a grey picture."""
    rows = []
    for line in lines:
        halves = [_HALVES[letter] for letter in re.sub(r"\x1b\[[0-9;]*m", "", line)]
        rows += [[upper for upper, _ in halves], [lower for _, lower in halves]]
    return np.kron(np.array(rows, np.uint8), np.ones((SCALE, SCALE), np.uint8))
