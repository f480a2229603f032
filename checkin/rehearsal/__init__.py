"""A whole shift rehearsed: a demo season at its own hub, a gate, tickets before the camera, and what came of it."""
