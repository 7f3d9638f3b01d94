"""Magic commands: one small function each, in files by what they are about."""
