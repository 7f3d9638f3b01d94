"""The same formula in every math font."""

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6, 5))
ax.axis("off")
for i, name in enumerate(["dejavusans", "dejavuserif", "cm", "stix", "stixsans"]):
    text = r"$\frac{\alpha^{n+1}}{\sqrt{1 - \beta_k}} \in \mathbb{C}, \ \forall k$"
    ax.text(0.1, 0.85 - 0.19 * i, f"{name}: {text}", fontsize=20, math_fontfamily=name)
plt.show()
