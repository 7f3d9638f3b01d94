"""Spectral plots of a noisy signal."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
t = np.arange(0, 10, 0.01)
signal = np.sin(2 * np.pi * 10 * t) + 0.3 * rng.normal(size=len(t))
signal[300:500] += 2 * np.sin(2 * np.pi * 30 * t[300:500])
fig, axes = plt.subplots(3, 2, figsize=(9, 7), layout="tight")
axes[0, 0].plot(t, signal, lw=0.5)
axes[0, 1].specgram(signal, NFFT=128, Fs=100, noverlap=64)
axes[1, 0].psd(signal, NFFT=256, Fs=100)
axes[1, 1].csd(signal, np.roll(signal, 5), NFFT=256, Fs=100)
axes[2, 0].magnitude_spectrum(signal, Fs=100, scale="dB")
axes[2, 1].acorr(signal[:200], maxlags=50, usevlines=True, normed=True)
plt.show()
