"""Whether the books are right: asked after every test that moves money."""

from billing import auditing


def faults() -> list[str]:
    """Everything that the audit finds wrong, a line each."""
    return [
        f"{outcome.check.promise}: {offence.id}: {offence.detail}"
        for outcome in auditing.run()
        for offence in outcome.first
    ]
