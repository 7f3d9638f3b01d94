"""Tests of gshell: most of them start the real shell in a pseudo-terminal."""
