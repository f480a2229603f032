"""The page of packets: a stick in, a stick out, and the key that other PCs know this one by."""
