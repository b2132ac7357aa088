"""Facts in, facts out: a folder of CSV files, checked whole before anything is written."""

from flask import Flask

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Nothing to join yet: the exchange is a command."""
