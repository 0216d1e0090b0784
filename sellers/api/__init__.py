"""The REST resources of sellers: connections and their price lists."""
