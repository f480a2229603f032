"""The page for guides' phones: their own tours, who is inside, roll-calls, and the search in an alarm.

One router serves it wherever the attendance is kept: at a hub, or at a gate without one (``checkin.facade.guides``).
A guide sees names and flags of their own tours and nothing else, and nobody sees a name without a session.

Importing this package loads no web framework; ``checkin.hub.guides.web`` does.
"""
