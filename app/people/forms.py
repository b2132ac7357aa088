"""The forms by which people sign in, prove who they are, and choose passwords."""

from wtforms import PasswordField
from wtforms.validators import InputRequired

from app.web.forms import BaseForm, Line


class SignInForm(BaseForm):
    """Email address and password."""

    email = Line("Email address", [InputRequired("Enter your email address")], most=320)
    password = PasswordField("Password", [InputRequired("Enter your password")])


class CodeForm(BaseForm):
    """A code from the authenticator app, or a recovery code."""

    one_time_code = Line("Code", [InputRequired("Enter the code that your app shows")], most=40)


class ForgottenForm(BaseForm):
    """Whose password is forgotten."""

    email = Line("Email address", [InputRequired("Enter your email address")], most=320)


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


class ProofForm(BaseForm):
    """What proves who is there: the password, and the code where a second factor is on."""

    proof_password = PasswordField("Your password", [InputRequired("Enter your password")])
    proof_code = Line("Code", most=40)


class ChangePasswordForm(ProofForm, AcceptForm):
    """The password there is, and the one to come."""
