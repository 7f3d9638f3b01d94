"""A timer that counts to five and stops."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(5, 4))
text = ax.text(0.5, 0.5, "0", fontsize=60, ha="center", va="center")
count = 0


def tick():
    global count
    count += 1
    text.set_text(str(count))
    ax.plot([0, 1], [0, count / 5])
    fig.canvas.draw_idle()
    return count < 5


timer = fig.canvas.new_timer(interval=10)
timer.add_callback(tick)
timer.start()
plt.show()
