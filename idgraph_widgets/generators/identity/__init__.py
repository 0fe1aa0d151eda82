"""Identity: kernels."""
