"""PLACE signoff"""

from flask import Blueprint

blueprint = Blueprint("signoff", __name__)
