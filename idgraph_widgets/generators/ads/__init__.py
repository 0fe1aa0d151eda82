"""Ads: kernels."""
