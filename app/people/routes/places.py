"""The address space of people and bodies, which the modules beside this one fill."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
