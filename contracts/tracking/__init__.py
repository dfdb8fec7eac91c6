"""Mirrors finished work on a server that people compare runs on."""
