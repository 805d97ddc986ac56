"""Colours as readers see them: contrast, and distance to those who cannot tell red from green."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

WHITE: Final = "#FFFFFF"
VISION: Final = {
    "normal vision": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
"""What an eye makes of linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.0.

The tables stand on the authors' page,
https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html.
"""
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])
"""Share of red, green and blue in relative luminance (WCAG 2.2)."""
_TO_XYZ: Final = np.array(
    [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
)
"""Linear sRGB to CIE XYZ (IEC 61966-2-1)."""
_EPSILON: Final = (6 / 29) ** 3
"""Below it, CIE L*a*b* is linear."""


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (the same) to 21 (black on white).

    Parameters
    ----------
    colour, other
        Such as ``"#12436D"``.

    Returns
    -------
    float
        The ratio; 3 is the least that parts of a chart may have.

    Raises
    ------
    ValueError
        If a colour is not written so.

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.2, definition of contrast ratio and success
    criterion 1.4.11.

    Examples
    --------
    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    dark, light = sorted(float(_LUMINANCE @ _linear(c)) for c in (colour, other))
    return round((light + 0.05) / (dark + 0.05), 6)


def distance(colour: str, other: str, vision: str = "normal vision") -> float:
    """Return how far apart two colours look: the CIE 1976 difference ΔE*ab.

    Parameters
    ----------
    colour, other
        Such as ``"#12436D"``.
    vision
        A key of `VISION`.

    Returns
    -------
    float
        0 for the same colour; about 2.3 is just noticeable; 100 from black to white.

    Raises
    ------
    ValueError
        If a colour is not written so.

    References
    ----------
    Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color
    vision deficiency, IEEE Transactions on Visualization and Computer Graphics 15(6), 1291–1298.
    CIE 15:2004, Colorimetry, section 8.2.1.

    Examples
    --------
    >>> round(distance("#000000", "#FFFFFF"))
    100
    """
    first, second = (_lab(VISION[vision] @ _linear(c)) for c in (colour, other))
    return float(np.linalg.norm(first - second))


def _linear(colour: str) -> NDArray[np.float64]:
    """Return red, green and blue as shares of light (IEC 61966-2-1)."""
    try:
        if len(colour) != len(WHITE) or colour[0] != "#":
            raise ValueError
        written = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    except ValueError:
        raise ValueError(f"colour {colour!r} is not written as in '#12436D'") from None
    return np.where(written <= 0.04045, written / 12.92, ((written + 0.055) / 1.055) ** 2.4)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    white = _TO_XYZ @ np.ones(3)
    relative = (_TO_XYZ @ np.clip(linear, 0, 1)) / white
    steep = relative > _EPSILON
    f = np.where(steep, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
