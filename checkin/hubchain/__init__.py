"""A hub and the hub above it: what keeps a plant's hub and the central one together, inside the plant's hub process."""

from checkin.hubchain.joining import join
from checkin.hubchain.runner import beside

__all__ = ["beside", "join"]
