"""The seller console: connections, price lists and earnings of one company, for those of its people who may."""
