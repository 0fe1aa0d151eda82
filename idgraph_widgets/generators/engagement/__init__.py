"""Engagement: kernels."""
