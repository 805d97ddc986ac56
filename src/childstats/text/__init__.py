"""The only place where a number becomes words; refuses what cannot be."""
