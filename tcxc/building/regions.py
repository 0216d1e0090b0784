"""The numbers of one region, as the open numbering data describe them."""

from phonenumbers import PhoneMetadata

from tcxc.building.digit_patterns import Places, spell_out

NUMBER_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


def metadata_of(region: str) -> PhoneMetadata:
    """What the numbering data say of a region. Raises `LookupError` for one they do not know."""
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:
        raise LookupError(f"no numbering data for {region}")
    return metadata


def rows_of(region: str, kinds: tuple[str, ...] = NUMBER_KINDS) -> list[Places]:
    """The national numbers of a region as rows of digit classes."""
    metadata = metadata_of(region)
    descriptions = [getattr(metadata, kind) for kind in kinds]
    patterns = [each.national_number_pattern for each in descriptions if each and each.national_number_pattern]
    return [row for pattern in patterns for row in spell_out(pattern)]
