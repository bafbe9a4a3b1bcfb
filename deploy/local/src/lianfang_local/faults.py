"""What can go wrong on the machine, said in one sentence with its remedy."""


class Fault(Exception):
    """Something that the person at the terminal can put right.

    Args:
        what: what happened, without a full stop.
        remedy: what to do about it, as a command or a setting.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}.")
