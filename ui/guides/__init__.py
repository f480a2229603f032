"""The switch of the guides' page: its address as a code to scan, codes to log in, who has logged in."""
