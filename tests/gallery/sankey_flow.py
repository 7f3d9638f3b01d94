"""A Sankey diagram."""

import matplotlib.pyplot as plt
from matplotlib.sankey import Sankey

flows = [0.25, 0.15, 0.60, -0.20, -0.15, -0.05, -0.50, -0.10]
labels = ["", "", "", "First", "Second", "Third", "Fourth", "Fifth"]
diagram = Sankey(flows=flows, labels=labels, orientations=[-1, 1, 0, 1, 1, 1, 0, -1])
diagram.finish()
diagram.ax.set_aspect("equal", adjustable="box")
plt.title("The default settings produce a diagram like this.")
plt.show()
