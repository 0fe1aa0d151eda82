"""People: kernels."""
