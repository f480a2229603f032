"""The hub over HTTP.  FastAPI is imported here and in ``checkin.hub.serve``, and nowhere else."""
