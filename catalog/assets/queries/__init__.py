"""Reading assets, domains and what is known of them, always for somebody."""
