"""How a gate and the other side meet: what it says to a hub, a pretix server or a stick, and what it gets back."""
