"""Polar axes: a line, bars, and a wedge of the circle."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
fig = plt.figure(figsize=(9, 4))
ax = fig.add_subplot(131, projection="polar")
r = np.arange(0, 2, 0.01)
ax.plot(2 * np.pi * r, r)
ax.set_rticks([0.5, 1, 1.5, 2])
ax.set_rlabel_position(-22.5)
bars = fig.add_subplot(132, projection="polar")
theta = np.linspace(0, 2 * np.pi, 12, endpoint=False)
bars.bar(theta, rng.random(12), width=0.4, color=plt.cm.hsv(theta / 7), alpha=0.6)
wedge = fig.add_subplot(133, polar=True, theta_offset=np.pi / 2, theta_direction=-1)
wedge.set_thetamax(120)
wedge.scatter(rng.uniform(0, 2, 30), rng.random(30), c=np.arange(30))
plt.show()
