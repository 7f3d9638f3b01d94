"""matplotlib in the shell: thread-safe backends, and the interactive mode that goes with a prompt.

Nothing here imports matplotlib before the user does.
"""
