"""Sessions that survive."""
