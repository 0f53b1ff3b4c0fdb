"""Measure and train from the command line."""
