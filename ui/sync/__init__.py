"""The page of what comes in and goes out: the hub, lists, exports."""
