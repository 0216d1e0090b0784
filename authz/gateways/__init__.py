"""The doors of the AAA engine beside the REST door, one folder each: they translate, and decide nothing."""
