"""Assets, columns, domains, owners, descriptions, schema history and who may see them."""
