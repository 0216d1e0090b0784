DROP FUNCTION prefixes(text);
