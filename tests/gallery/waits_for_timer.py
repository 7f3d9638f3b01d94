"""A loop of pause() that waits for what a timer does."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots()
values = []
timer = fig.canvas.new_timer(interval=5)
timer.add_callback(lambda: values.append(len(values) ** 2) or len(values) < 10)
timer.start()
while len(values) < 10:
    plt.pause(0.001)
print(values)
ax.plot(values, "s-")
plt.show()
