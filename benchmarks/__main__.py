"""Run every benchmark."""

from benchmarks import beside, completion, feel, figures, gil, interrupts, ipbreak, kinds, pan, sessions, startup

startup.main()
feel.main()
completion.main()
ipbreak.main()
pan.main()
figures.main()
gil.main()
interrupts.main()
beside.main()
sessions.main()
kinds.main()
