"""The organiser's page of packets: lists out to gates, their journals in, the answers back."""
