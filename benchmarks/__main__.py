"""Run every benchmark."""

from benchmarks import beside, completion, feel, figures, gil, interrupts, ipbreak, kinds, pan, sessions, startup, watch

startup.main()
feel.main()
completion.main()
ipbreak.main()
pan.main()
figures.main()
gil.main()
interrupts.main()
beside.main()
watch.main()
sessions.main()
kinds.main()
