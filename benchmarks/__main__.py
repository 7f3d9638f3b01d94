"""Run every benchmark."""

from benchmarks import pan, startup

startup.main()
pan.main()
