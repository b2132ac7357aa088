"""PLACE programme"""

from flask import Blueprint

blueprint = Blueprint("programme", __name__)
