"""The sign-in form and the form that opens an account."""

from wtforms import PasswordField
from wtforms.validators import InputRequired

from app.web.forms import BaseForm, Line


class SignInForm(BaseForm):
    """Email address and password."""

    email = Line("Email address", [InputRequired("Enter your email address")], most=320)
    password = PasswordField("Password", [InputRequired("Enter your password")])


class AcceptForm(BaseForm):
    """A password of one's own, twice."""

    password = PasswordField("Password", [InputRequired("Enter a password")])
    password_again = PasswordField("Password again", [InputRequired("Enter the password again")])

    def problem(self, problem: str | None) -> bool:
        """Show what is wrong with the password by its field; whether there was anything wrong."""
        if problem is not None:
            self.password.errors = [problem]
        elif self.password.data != self.password_again.data:
            self.password_again.errors = ["The two passwords are not the same"]
        return bool(self.errors)
