"""PLACE packs"""

from flask import Blueprint

blueprint = Blueprint("packs", __name__)
