"""The base of every serializer: what is not known, or can't be set, is refused."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Takes the fields it declares and refuses all others by name, so that a slip of the pen is never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values, or a 400 that names the unknown fields beside every other fault."""
        unknown = self._unknown(data)
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as exc:
            if unknown and isinstance(exc.detail, dict):
                raise serializers.ValidationError({**exc.detail, **unknown}) from exc
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        return values

    def _unknown(self, data: Any) -> dict[str, list[str]]:
        if not isinstance(data, Mapping):
            return {}
        fields = self.fields
        faults = {}
        for name in data:
            if name not in fields:
                faults[str(name)] = ["There is no such field."]
            elif fields[name].read_only:
                faults[str(name)] = ["This field can't be set here."]
        return faults


class NoBody(StrictSerializer):
    """A body with nothing in it: `{}` or none at all."""


class NoFilters(StrictSerializer):
    """The parameters of a list that has no filters: none but those of its pages."""
