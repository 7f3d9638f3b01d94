"""Run every benchmark."""

from benchmarks import completion, feel, figures, interrupts, ipbreak, pan, startup

startup.main()
feel.main()
completion.main()
ipbreak.main()
pan.main()
figures.main()
interrupts.main()
