"""The REST resources of buyers: accounts, links, interconnects; and of sellers, who asks for their connections."""
