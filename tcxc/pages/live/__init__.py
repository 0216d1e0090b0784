"""Open pages that stay true: server-sent events of what a person may see, read anew when a notice comes."""
