"""The terminal side of the shell: prompt, keys, output, and the hand-over of the terminal to others."""
