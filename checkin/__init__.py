"""Everything of the gate that is not a window.  No module below this package imports Qt."""

__version__ = "0.1.0"
