"""``python -m app <command>``: what an operator does. Bodies import what they need themselves, so that help is fast."""

import sys
from collections.abc import Sequence

from app.cli.arguments import parser
from app.operator_error import OperatorError


def run(words: Sequence[str]) -> int:
    """Run one command. Its exit code: 0, 1 for a fault that was said in a sentence, 2 for a wrong command line."""
    arguments = parser().parse_args(words)
    try:
        exit_code: int = arguments.body(arguments)
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return exit_code
