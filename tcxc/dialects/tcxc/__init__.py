"""The public TelecomsXChange API, so that its clients work here with only the host changed."""
