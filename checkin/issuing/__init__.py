"""What visitors get in their hands: QR images, later ticket sheets."""
