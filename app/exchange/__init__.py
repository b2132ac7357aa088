"""Facts in, facts out: a folder of CSV files or one workbook, checked whole before anything is written."""

from flask import Flask

from app.exchange.routes import blueprint
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the workbook's pages to the application; the folder is a command."""
    app.register_blueprint(blueprint)
