"""What goes wrong for the person who runs Leadstream, said so that they can put it right."""


class OperatorError(Exception):
    """A command cannot go on, and its operator can change that.

    The message is one sentence that names the setting, file or address and says what to do. The command
    line prints it on standard error and exits with code 1; there is no traceback.
    """
