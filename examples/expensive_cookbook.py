"""expensive.py in the form of the SciPy cookbook's interruptible scripts, which polls the flag itself."""
from pylab import figure, show
import time
import IPython.Shell
storevalues = globals().get("storevalues", [])
for somedata in range(len(storevalues), 1000):
    if IPython.Shell.KBINT:
        IPython.Shell.KBINT = False
        raise SystemExit
    time.sleep(0.05)
    storevalues.append(somedata ** 2)
fig = figure(); fig.add_subplot().plot(storevalues); show()
