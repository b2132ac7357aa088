"""Two texts of another organisation side by side: sent, compared, shown, and not kept."""

from flask import render_template, request

from app.documents.comment_routes import blueprint as blueprint  # with every page of the room joined to it
from app.documents.other_texts import NoText, clauses_in, compare_texts
from app.documents.text_forms import TextsForm
from app.permissions import Resource
from app.web import gate


@blueprint.route("/compare-texts", methods=["GET", "POST"])
def compare_texts_of_others() -> str | tuple[str, int]:
    """Take two texts and show what changed between them."""
    gate.permit(Resource("texts"))
    form = TextsForm()
    rows, names = None, ("", "")
    if request.method == "POST" and form.validate():
        given = {which: form.words(which) for which in ("older", "newer")}
        older, newer = given["older"], given["newer"]
        for which, one in given.items():
            if one is not None:
                try:
                    clauses_in(one[1])
                except NoText as no_text:
                    form.put(which, f"{one[0]} {no_text.sentence}")
        if older is not None and newer is not None and not form.errors:
            rows = compare_texts(older[1], newer[1])
            same = older[0] == newer[0]
            names = (f"{older[0]}, earlier", f"{newer[0]}, later") if same else (older[0], newer[0])
    page = render_template("documents/compare_texts.html", form=form, rows=rows, older=names[0], newer=names[1])
    return (page, 422) if form.errors else page
