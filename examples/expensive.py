"""An expensive computation that can be stopped, looked at, and continued.

    run examples/expensive.py       start; pan a figure meanwhile; press Ctrl-C
    len(storevalues)                what was computed until then
    run -i examples/expensive.py    go on from there
"""
from pylab import figure, show
import time
storevalues = globals().get("storevalues", [])
for somedata in range(len(storevalues), 1000):
    time.sleep(0.05)
    storevalues.append(somedata ** 2)
fig = figure(); fig.add_subplot().plot(storevalues); show()
