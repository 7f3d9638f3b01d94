"""Mathtext, a lot of it."""

import matplotlib.pyplot as plt

formulas = [
    r"$W^{3\beta}_{\delta_1 \rho_1 \sigma_2} = U^{3\beta}_{\delta_1 \rho_1} + \frac{1}{8 \pi^2}$",
    r"$\int_{\alpha_2}^{\infty} d \alpha^\prime_2 \left[\frac{\partial f}{\partial x}\right]$",
    r"$\sqrt[3]{\frac{X_2}{Y}} = 5 \quad \sum_{i=0}^\infty x_i \quad \prod_{k=1}^n \hat{y}_k$",
    r"$\mathcal{R}\prod_{i=\alpha_{i+1}}^\infty a_i\sin(2 \pi f x_i) \ \ddot{o}\acute{e}\grave{e}$",
    r"$\mathrm{Roman} \ \mathit{Italic} \ \mathtt{Typewriter} \ \mathbf{Bold} \ \mathbb{R}$",
    r"$\alpha\beta\gamma\Gamma\Omega\ \leq\geq\neq\approx\ \Rightarrow\leftrightarrow\ \widetilde{xyz}$",
    "plain text with $x_1$ in it, and \\$5",
]
fig = plt.figure(figsize=(7, 6))
for i, formula in enumerate(formulas):
    fig.text(0.5, 0.92 - i * 0.13, formula, ha="center", fontsize=18, color=f"C{i}")
plt.show()
