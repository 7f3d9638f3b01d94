"""A pie and a ring."""

import matplotlib.pyplot as plt

fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(8, 4))
sizes = [15, 30, 45, 10]
ax1.pie(sizes, explode=(0, 0.1, 0, 0), labels=["Frogs", "Hogs", "Dogs", "Logs"], autopct="%1.1f%%", shadow=True)
ax2.pie(sizes, radius=1, wedgeprops={"width": 0.3, "edgecolor": "w"}, startangle=90)
ax2.pie([20, 25, 55], radius=0.7, wedgeprops={"width": 0.3, "edgecolor": "w"}, colors=["#ccc", "#aaa", "#888"])
ax2.set_title("ring")
plt.show()
