"""The GUI toolkits: one protocol, one short file for each toolkit, and the OS main thread that runs them."""
