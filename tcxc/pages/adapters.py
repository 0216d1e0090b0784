"""What allauth asks of us: how the secrets of second factors are kept."""

from allauth.mfa.adapter import DefaultMFAAdapter

from tcxc import crypto


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keeps TOTP secrets and the seed of recovery codes encrypted."""

    def encrypt(self, text: str) -> str:
        """What the database stores."""
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was given to `encrypt`."""
        return crypto.decrypt(encrypted_text)
