"""The window.  Qt is imported only below here, and never in a module named ``presenter``."""
