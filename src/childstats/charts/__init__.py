"""Charts: one matplotlib style and six plots, each ``plot(frame, ax=None)`` on a pandas frame."""
