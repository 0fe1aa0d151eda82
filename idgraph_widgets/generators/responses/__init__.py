"""Responses: kernels."""
