"""Records: kernels."""
