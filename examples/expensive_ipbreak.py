"""expensive.py, stopped between two items only: ipbreak() raises SystemExit after Ctrl-C."""
from pylab import figure, show
import time
from gshell import ipbreak
storevalues = globals().get("storevalues", [])
for somedata in range(len(storevalues), 1000):
    ipbreak()
    time.sleep(0.05)
    storevalues.append(somedata ** 2)
fig = figure(); fig.add_subplot().plot(storevalues); show()
